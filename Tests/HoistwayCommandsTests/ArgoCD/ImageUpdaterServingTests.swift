import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// The whole way: an Application's annotations, the stage that is made of them, and the push.
struct ImageUpdaterServingTests {
    private static let prefix = "argocd-image-updater.argoproj.io/"

    private static func application(
        _ name: String,
        _ url: String,
        image: String,
        target: String = "kustomization"
    ) -> ClusterValue {
        var application: ClusterValue = [
            "metadata": ["name": .string(name)],
            "spec": [
                "project": "team",
                "source": ["repoURL": .string(url), "path": .string("apps/\(name)"), "targetRevision": "main"],
            ],
            "status": [
                "reconciledAt": "2026-11-29T10:00:00Z",
                "sync": ["status": "Synced", "comparedTo": ["source": ["repoURL": .string(url)]]],
            ],
        ]
        let annotations = [
            "image-list": "a=\(image)", "write-back-method": "git", "write-back-target": target,
        ]
        for (key, value) in annotations { application["metadata", "annotations", prefix + key] = .string(value) }
        return application
    }

    @Test func `an annotated Application is promoted to, followed live, and left alone while Image Updater selects it`()
        async throws
    {
        let cluster = try await KubernetesServer.start()
        defer { cluster.stop() }
        let file = try cluster.writeKubeconfig(.none)
        let rig = try await RuleRig(
            files: { source in
                ["apps/web/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
            },
            stages: { _ in [] },
            warehouses: [],
            configure: { configuration in
                configuration.more += [
                    "kubernetes: {clusters: {main: {kubeconfig: \(file)}}}",
                    "imageUpdater: {enabled: true, projects: [team], allowedBranches: [main]}",
                ]
            },
            manifests: { url, _ in
                [
                    Manifest.secret(
                        "kargo-shared-resources",
                        named: "git",
                        for: Manifest.Git(url: url, login: GitRig.deployer)
                    )
                ]
            }
        )
        let url = rig.git.url("shop.git")
        let image = rig.source.image("app")
        cluster.put(Self.application("evil", url, image: image, target: "kustomization:../../prod"), of: .applications)
        try await rig.run {
            func shown() async throws -> String { try await rig.served.command("get", "manifests").text }
            try await eventually("the refusal") {
                try await shown().contains("refused: Application argocd/evil: metadata.annotations[")
            }
            #expect(try await rig.served.command("get", "stages").text.contains("image-updater-team") == false)
            // What only the reader of manifests finds holds up no other Application.
            var broken = Self.application("broken", url, image: image)
            broken["metadata", "annotations", Self.prefix + "a.allow-tags"] = "regexp:((("
            cluster.put(broken, of: .applications)
            cluster.put(Self.application("web", url, image: image), of: .applications)
            try await eventually("the stage") {
                try await rig.served.command("get", "stages").text.contains("image-updater-team")
            }
            #expect(try await shown().contains("refused: Application argocd/broken: "))
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the push") {
                try await rig.text("apps/web/kustomization.yaml", on: "main").contains("newTag: 1.1.0")
            }
            let why = try await rig.served.command("why", "image-updater-team/web")
            #expect(why.status == 0, "\(why.errors)")
            cluster.put(
                [
                    "metadata": ["name": "all"],
                    "spec": ["applicationRefs": [["namePattern": "*", "useAnnotations": true]]],
                ],
                of: .imageUpdaters
            )
            // An Application that changes is looked at soon; what else runs, once a minute.
            cluster.put(
                Self.application("web", url, image: image, target: "kustomization:."),
                of: .applications
            )
            try await eventually("the cut-over that is taken back") {
                try await shown().contains(
                    "refused until the cut-over: Application argocd/web: ImageUpdater argocd/all: spec.applicationRefs[0]"
                )
            }
            #expect(try await rig.served.command("get", "stages").text.contains("image-updater-team") == false)
        }
    }
}
