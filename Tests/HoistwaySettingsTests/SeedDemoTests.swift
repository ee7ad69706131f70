import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwaySettings

@Suite(.enabled(if: Shared.folder != nil, "the shared seed demo is not here"))
struct SeedDemoTests {
    private static let environment = [
        "GITOPS_REPO_URL": "https://github.com/acme/kargo-demo", "GITHUB_USERNAME": "octo", "GITHUB_PAT": "ghp_secret",
    ]
    private static let variables = """
        manifests: [demo.yaml]
        manifestVariables: [GITOPS_REPO_URL, GITHUB_USERNAME, {name: GITHUB_PAT, secret: true}]
        """

    private func load(_ name: String) throws -> (LoadedSettings?, [Problem]) {
        let text = try Shared.text("seed-demo/\(name)")
        return try Sandbox(["hoistway.yaml": Self.variables, "demo.yaml": text]).load(Self.environment)
    }

    @Test func `the legacy demo loads unchanged, and warns of Argo CD`() throws {
        let (loaded, problems) = try load("kargo-demo-legacy.yaml")
        #expect(problems.errors.isEmpty)
        let told = problems.warnings.filter { $0.message.contains("no cluster is configured") }
        #expect(
            told.map(\.message) == [
                "the stages prod, test and uat will fail at argoCDAppUpdates: no cluster is configured"
            ]
        )

        let project = try #require(loaded?.pipelines.projects["kargo-demo"])
        #expect(project.stages.keys.sorted() == ["prod", "test", "uat"])
        #expect(project.stages["uat"]?.requestedFreight.first?.stages == ["test"])
        guard case .image(let image) = project.warehouses["kargo-demo"]?.subscriptions.first else {
            Issue.record("no image subscription")
            return
        }
        #expect(image.constraint == "^1.26.0")
        #expect(image.discoveryLimit == 5)
        guard case .mechanisms(let mechanisms) = project.stages["prod"]?.promotion else {
            Issue.record("no mechanisms")
            return
        }
        #expect(mechanisms.gitRepoUpdates.first?.writeBranch == "stage/prod")
        #expect(mechanisms.gitRepoUpdates.first?.repoURL == "https://github.com/acme/kargo-demo")
        #expect(mechanisms.argoCDAppUpdates.map(\.appName) == ["kargo-demo-prod"])
    }

    @Test func `the legacy demo's credential is found for its repository`() throws {
        let loaded = try #require(try load("kargo-demo-legacy.yaml").0)
        let found = loaded.credentials.credential(
            .git,
            for: "https://github.com/Acme/kargo-demo.git",
            project: "kargo-demo"
        )
        guard case .password(username: let username, password: let password) = found?.login else {
            Issue.record("no credential")
            return
        }
        #expect(username == "octo")
        #expect(password.revealText() == "ghp_secret")
    }

    @Test func `the demo with tasks loads, and its steps are told one by one as long as some do not run`() throws {
        let (loaded, problems) = try load("kargo-demo-steps.yaml")
        #expect(problems.errors.allSatisfy { $0.message.hasSuffix("is not supported yet") }, "\(problems.errors)")
        guard let project = loaded?.pipelines.projects["kargo-demo"] else { return }
        #expect(project.stages.count == 3)
        for stage in project.stages.values {
            guard case .steps(let steps) = stage.promotion else {
                Issue.record("\(stage.key) has no steps")
                continue
            }
            #expect(steps.allSatisfy { $0.alias.hasPrefix("task-1::") || !$0.alias.contains("::") })
        }
    }
}
