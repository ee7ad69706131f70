import HoistwayModel
import Testing

@testable import HoistwaySettings

/// Objects that name no namespace, and steps that another one stands in for.
struct FolderProjectTests {
    private static func object(_ kind: String, _ name: String, _ spec: String = "") -> String {
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: \(kind)\nmetadata: {name: \(name)}\n\(spec)\n---\n"
    }

    private static let pipeline =
        object("Warehouse", "main", "spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app}}]}")
        + object("Stage", "test", "spec: {requestedFreight: [{origin: {name: main}, sources: {direct: true}}]}")

    private static func load(_ files: [String: String]) throws -> (LoadedSettings?, [Problem]) {
        var all = ["hoistway.yaml": "manifests: [\"pipelines/**/*.yaml\"]"]
        for (name, text) in files { all["pipelines/\(name)"] = text }
        return try Sandbox(all).load()
    }

    @Test func `are of the only project of their folder, which a warning says once for each file`() throws {
        let (loaded, problems) = try Self.load([
            "a/project.yaml": Self.object("Project", "demo"), "a/pipeline.yaml": Self.pipeline,
            "b/project.yaml": Self.object("Project", "other"),
        ])
        #expect(loaded?.pipelines.projects["demo"]?.stages.keys.sorted() == ["test"])
        #expect(loaded?.pipelines.projects["other"]?.stages.isEmpty == true)
        let told = problems.filter { $0.message.contains("names no namespace") }
        #expect(told.map(\.severity) == [.warning])
        #expect(
            told.first?.message
                == "Warehouse main names no namespace, and is taken for one of the project demo, the only "
                + "Project in its folder"
        )
    }

    @Test func `are of the namespace that a kustomization of their folder names`() throws {
        let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: demo\n"
        let (loaded, _) = try Self.load([
            "p/projects.yaml": Self.object("Project", "demo") + Self.object("Project", "other"),
            "a/kustomization.yaml": kustomization, "a/pipeline.yaml": Self.pipeline,
        ])
        #expect(loaded?.pipelines.projects["demo"]?.stages.keys.sorted() == ["test"])
    }

    @Test func `a github-push runs as git-push, with a warning`() throws {
        let steps = """
            [{uses: git-clone, config: {repoURL: "https://github.com/a/b", checkout: [{branch: main, path: ./w}]}},
            {uses: yaml-update, config: {path: ./w/v.yaml, updates: [{key: a, value: b}]}},
            {uses: git-commit, config: {path: ./w, message: m}},
            {uses: github-push, as: push, config: {path: ./w, targetBranch: main, insecureSkipTLSVerify: true}}]
            """.replacing("\n", with: " ")
        let pipeline =
            Self.object("Warehouse", "main", "spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app}}]}")
            + Self.object(
                "Stage",
                "test",
                "spec: {requestedFreight: [{origin: {name: main}, sources: {direct: true}}], promotionTemplate: {spec: "
                    + "{steps: \(steps)}}}"
            )
        let (loaded, problems) = try Self.load(["a/all.yaml": Self.object("Project", "demo") + pipeline])
        guard case .steps(let read)? = loaded?.pipelines.projects["demo"]?.stages["test"]?.promotion else {
            Issue.record("the stage has no steps: \(problems.map(\.message))")
            return
        }
        #expect(read.last?.uses == "git-push")
        let told = problems.map(\.message).filter { $0.contains("github-push") }
        #expect(
            told == ["github-push runs as git-push: the commits are pushed as they are, and GitHub does not sign them"]
        )
    }

    @Test(arguments: ["", "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: second}\n"])
    func `are refused where several projects may be meant, or none`(_ second: String) throws {
        let first = second.isEmpty ? "" : Self.object("Project", "demo")
        let (_, problems) = try Self.load([
            "a/project.yaml": first + second, "a/pipeline.yaml": Self.pipeline,
            "b/project.yaml": Self.object("Project", "demo3"),
        ])
        let errors = problems.filter { $0.severity == .error }.map(\.message)
        #expect(errors == ["Warehouse main names no namespace", "Stage test names no namespace"])
    }
}
