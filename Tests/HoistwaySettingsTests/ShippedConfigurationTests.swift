import Foundation
import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwaySettings

struct ShippedConfigurationTests {
    private static let environment = [
        "GITOPS_REPO_URL": "http://127.0.0.1:3000/acme/gitops.git", "GITOPS_USERNAME": "hoistway",
        "GITOPS_PASSWORD": "gitops-marked", "IMAGE_REPO": "localhost:5000/acme/guestbook",
        "HOISTWAY_GITHUB_SECRET": "github-marked", "HOISTWAY_GITLAB_TOKEN": "gitlab-marked",
        "HOISTWAY_GITEA_SECRET": "gitea-marked", "HOISTWAY_REGISTRY_AUTHORIZATION": "Bearer registry-marked",
    ]

    private var file: String { "\(packageFolder)/config/hoistway.yaml" }

    /// The pipelines are meant as they are: in the first, what changes in base/ goes along with the next image; the second
    /// takes the freight's commit in the old form, since expressions do not run yet.
    @Test func `the shipped configuration loads, with the two warnings that its pipelines deserve`() throws {
        let (loaded, problems) = Settings.load(path: file, environment: Self.environment)
        try #require(problems.map(\.severity) == [.warning, .warning])
        #expect(problems[0].message.hasPrefix("fromFreight of git-clone is a form of Kargo 0.9 to 1.2"))
        #expect(problems[0].place.file.hasSuffix("pipelines/guestbook-base.yaml"))
        #expect(problems[1].message.hasPrefix("the stages prod, test and uat copy from main, "))
        #expect(problems[1].place.file.hasSuffix("pipelines/guestbook.yaml"))
        let pipelines = try #require(loaded?.pipelines)
        #expect(pipelines.projects.keys.sorted() == ["guestbook", "guestbook-base", "guestbook-envs"])
        #expect(pipelines.projects["guestbook"]?.stages.count == 3)
    }

    @Test func `each of its stages finds a credential, over loopback`() throws {
        let loaded = try #require(Settings.load(path: file, environment: Self.environment).0)
        let url = try #require(Self.environment["GITOPS_REPO_URL"])
        for project in loaded.pipelines.projects.keys {
            #expect(loaded.credentials.credential(.git, for: url, project: project) != nil)
        }
    }

    @Test func `without the environment, every missing name is told`() {
        let (loaded, problems) = Settings.load(path: file, environment: [:])
        #expect(loaded == nil)
        let text = problems.map(\.description).joined(separator: "\n")
        for name in Self.environment.keys { #expect(text.contains(name), "\(name)") }
    }

    @Test func `what stands in it as a default is the default`() throws {
        let loaded = try #require(Settings.load(path: file, environment: Self.environment).0).settings
        #expect(loaded.webhooks.maxBodyBytes == WebhookSettings.defaultMaxBodyBytes)
        #expect(loaded.webhooks.bodiesInFlightBytes == WebhookSettings.defaultBodiesInFlightBytes)
        #expect(loaded.webhooks.maxConnections == WebhookSettings.defaultMaxConnections)
        #expect(loaded.console == ConsoleSettings())
        #expect(loaded.health == HealthSettings())
        #expect(loaded.log == LogSettings())
        #expect(loaded.httpPolicy(of: "guestbook") == HTTPPolicy())
        #expect(loaded.clusters == [])
        #expect(loaded.argocdOptions(of: "guestbook") == ArgoCDOptions())
        #expect(loaded.missingArgoCD(of: "guestbook") == .fail)
        #expect(loaded.imageUpdater == ImageUpdaterSettings())
        #expect(loaded.state.retentionAge == StateSettings.defaultRetentionAge)
        #expect(loaded.state.retentionBytes == StateSettings.defaultRetentionBytes)
        #expect(loaded.state.retentionHistory == StateSettings.defaultRetentionHistory)
        #expect(loaded.git.cacheMaxBytes == GitSettings.defaultCacheMaxBytes)
        #expect(loaded.git.author == GitSettings.defaultAuthor)
        #expect(loaded.git.maxRefsPerPush == GitSettings.defaultMaxRefsPerPush)
        #expect(loaded.git.timeouts == GitSettings.Timeouts())
        #expect(loaded.programs == ProgramSettings())
    }

    @Test func `no secret is printed, whatever is printed`() throws {
        let (loaded, problems) = Settings.load(path: file, environment: Self.environment)
        let printed = String(reflecting: loaded) + String(describing: loaded) + problems.map(\.description).joined()
        #expect(!printed.contains("marked"))
    }
}

struct DocumentationTests {
    /// Unknown keys in every mapping: the reader tells for each which keys it knows there.
    private static let probe = """
        q0: 1
        webhooks:
          q1: 1
          tls: {q2: 1}
          receivers: [{q3: 1, sender: gitlab, secrets: [{q4: 1}]}]
        kubernetes: {q35: 1, clusters: {c: {q36: 1}}}
        argocd: {q26: 1}
        http: {q33: 1}
        messageChannels: [{q37: 1}]
        promotions: {q35: 1}
        acknowledged: [{q28: 1}]
        console: {q5: 1}
        health: {q6: 1}
        state: {q7: 1, retention: {q8: 1}}
        git: {q9: 1, cache: {q10: 1}, author: {q11: 1}, timeouts: {q12: 1}, hosts: [{q13: 1}]}
        registries: [{q14: 1}]
        notifications: [{q21: 1, url: {q22: 1}, secret: {q23: 1}}]
        log: {q15: 1}
        programs: {q29: 1, limits: {q30: 1}}
        manifests: [{q24: 1, git: {q25: 1}}]
        manifestVariables: [{q16: 1}]
        projects: {p: {q17: 1, argocd: {q27: 1}, http: {q34: 1}, messageChannels: [{q38: 1}], promotions: {q36: 1}, stages: {s: {q18: 1, limits: {q19: 1}}}, warehouses: {w: {q20: 1}}}}
        """

    @Test func `every key stands in the shipped file and on the page of the configuration`() throws {
        let found = try Sandbox(["hoistway.yaml": Self.probe]).load().1
        let hints = found.filter { $0.message.hasPrefix("unknown key 'q") }.map { $0.hint ?? "" }
        #expect(hints.count == 39)
        let keys = Set(hints.flatMap { $0.dropFirst("known here: ".count).split(separator: ", ").map(String.init) })
        #expect(keys.count > 50)
        let shipped = try String(contentsOfFile: "\(packageFolder)/config/hoistway.yaml", encoding: .utf8)
        let page = try String(
            contentsOfFile: "\(packageFolder)/Sources/hoistway/Documentation.docc/Configuration.md",
            encoding: .utf8
        )
        for key in keys.sorted() {
            #expect(shipped.contains("\(key):"), "config/hoistway.yaml lacks \(key)")
            #expect(page.contains(key), "Configuration.md lacks \(key)")
        }
    }
}
