import Foundation
import HoistwayModel
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// `hoistway import`, as a person runs it; what comes out is what `hoistway check` takes.
struct ImportTests {
    private static func check(_ manifests: String) async throws -> TestProgram.Result {
        let folder = try TemporaryFolder("hoistway-import")
        try folder.write("manifests: [imported.yaml]\n", to: "hoistway.yaml")
        try folder.write(manifests, to: "imported.yaml")
        return try await TestProgram.run(
            ServedProgram.program,
            ["check", "--config", "\(folder.path)/hoistway.yaml"]
        )
    }

    @Test func `a list of kubectl becomes manifests, and what is refused is told with its place`() async throws {
        func application(_ name: String, target: String) -> String {
            """
            {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
             "metadata": {"name": "\(name)", "namespace": "argocd", "annotations": {
               "argocd-image-updater.argoproj.io/image-list": "a=ghcr.io/acme/\(name):1.x",
               "argocd-image-updater.argoproj.io/write-back-method": "git",
               "argocd-image-updater.argoproj.io/write-back-target": "\(target)"}},
             "spec": {"project": "default", "source": {
               "repoURL": "https://git.test/acme/deploy", "path": "apps/\(name)", "targetRevision": "main"}},
             "status": {"sourceType": "Kustomize", "resources": [{"name": "x", "weight": 1}]}}
            """
        }
        let list = """
            {"apiVersion": "v1", "kind": "List", "items": [
            \(application("web", target: "kustomization")), \(application("evil", target: "kustomization:../..")),
            {"kind": "Deployment", "metadata": {"name": "argocd-image-updater", "namespace": "argocd"},
             "spec": {"replicas": 1}, "status": {"replicas": 1}}]}
            """
        let result = try await TestProgram.run(
            ServedProgram.program,
            ["import", "image-updater", "-"],
            input: Array(list.utf8)
        )
        #expect(result.status == 1)
        #expect(result.errors.contains("taken: Application argocd/web: ghcr.io/acme/web: writes the kustomization"))
        #expect(result.errors.contains("    before the cut-over: the Deployment argocd/argocd-image-updater"))
        #expect(
            result.errors.contains(
                "refused: Application argocd/evil: metadata.annotations[argocd-image-updater.argoproj.io/write-back-target]:"
            )
        )
        let check = try await Self.check(result.text)
        #expect(check.status == 0, "\(check.text)")
        #expect(check.text.contains("ok: 1 project, 1 stage; 0 errors"), "\(check.text)")
        let none = try await TestProgram.run(
            ServedProgram.program,
            ["import", "image-updater", "-"],
            input: Array("{\"kind\": \"List\", \"items\": []}".utf8)
        )
        #expect(none.status == 3)
    }

    @Test func `an ApplicationSet over the folders of a checkout becomes a proposal with the line to add`() async throws
    {
        let folder = try TemporaryFolder("hoistway-import")
        for name in ["test", "prod"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/repo/envs/\(name)",
                withIntermediateDirectories: true
            )
            try folder.write(
                "images:\n- {name: ghcr.io/acme/web, newTag: 1.0.0}\n",
                to: "repo/envs/\(name)/kustomization.yaml"
            )
        }
        try folder.write(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: ApplicationSet
            metadata: {name: shop, namespace: argocd}
            spec:
              goTemplate: true
              generators:
              - git: {repoURL: "https://git.test/acme/deploy", revision: main, directories: [{path: envs/*}]}
              template:
                metadata: {name: "shop-{{ .path.basename }}"}
                spec:
                  source: {repoURL: "https://git.test/acme/deploy", targetRevision: main, path: "{{ .path.path }}"}

            """,
            to: "set.yaml"
        )
        let result = try await TestProgram.run(
            ServedProgram.program,
            ["import", "applicationset", "--repo", "\(folder.path)/repo", "\(folder.path)/set.yaml"]
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.text.hasPrefix("# Add to spec.template.metadata.annotations of the ApplicationSet argocd/shop:\n")
        )
        #expect(result.text.contains("#   kargo.akuity.io/authorized-stage: \"shop:shop-{{ .path.basename }}\"\n"))
        #expect(result.text.contains("repoURL: ghcr.io/acme/web"))
        let check = try await Self.check(result.text)
        #expect(check.text.contains("ok: 1 project, 2 stages; 0 errors"), "\(check.text)")
    }
}
