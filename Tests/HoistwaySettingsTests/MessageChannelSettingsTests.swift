import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwaySettings

struct MessageChannelSettingsTests {
    private static func load(
        _ text: String,
        files: [String: String] = [:]
    ) throws -> (LoadedSettings?, [Problem]) {
        try Sandbox(files.merging(["hoistway.yaml": text]) { _, new in new }).load([:])
    }

    private static let channels = """
        messageChannels:
          - {name: releases, url: {file: secrets/chat}, format: slack}
          - {name: ops.all, url: "http://127.0.0.1:9000/x", secret: {file: secrets/key}}
        projects:
          p: {messageChannels: [{name: releases, url: "https://p.example.com/x"}]}
        manifests: [p.yaml]
        """
    private static let files = [
        "secrets/chat": "https://hooks.slack.com/services/T0/B0/marked-token\n", "secrets/key": "a secret\n",
        "p.yaml": "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: p}\n",
    ]

    @Test func `channels of all projects and of one are told apart, and their URLs are secrets`() throws {
        let (loaded, problems) = try Self.load(Self.channels, files: Self.files)
        #expect(problems.errors.allSatisfy { !$0.place.path.contains("messageChannels") }, "\(problems)")
        let settings = try #require(loaded?.settings)
        #expect(settings.messageChannels.map(\.name) == ["releases", "ops.all"])
        #expect(settings.messageChannels[0].format == .slack && settings.messageChannels[0].secret == nil)
        #expect(settings.messageChannels[1].format == .generic)
        #expect(settings.messageChannels[1].secret == Secret("a secret"))
        #expect(settings.projects["p"]?.messageChannels.map(\.url) == [Secret("https://p.example.com/x")])
        #expect(!"\(settings)\(problems)".contains("marked-token"))
    }

    @Test(arguments: [
        ("{name: a, url: \"http://ops.example.com/marked\"}", "the message channel would go over plain http"),
        ("{name: a, url: \"ops\"}", "the message channel's url is not a URL"),
        ("{name: a, url: \"https://u:p@ops.example.com/x\"}", "without a user and a password"),
        ("{name: a, url: \"https://ops.example.com:99999/x\"}", "with a host and a port"),
        ("{name: A b, url: \"https://a.example.com\"}", "is not a name for a message channel"),
        ("{name: a}", "url is missing"), ("{url: \"https://a.example.com\"}", "name is missing"),
        ("{name: a, url: \"https://a.example.com\", format: mail}", "format cannot be 'mail'"),
        ("{name: a, url: \"https://a.example.com\", secret: {file: none}}", "none"),
    ])
    func `a channel that cannot be used is an error`(_ channel: String, _ words: String) throws {
        for text in ["messageChannels: [\(channel)]", "projects: {p: {messageChannels: [\(channel)]}}"] {
            let problems = try Self.load(text).1
            #expect(problems.errors.contains { $0.message.contains(words) }, "\(problems.errors)")
            #expect(!"\(problems)".contains("marked"))
        }
    }

    private static let sending = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: p}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: app, namespace: p}
        spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: test, namespace: p}
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {direct: true}}]
          promotionTemplate:
            spec:
              steps:
                - uses: send-message
                  config: {channel: {kind: ClusterMessageChannel, name: ops}, message: hi}
        """

    @Test func `a channel at an address that the policy refuses is told where a step sends to it`() throws {
        func told(_ more: String, _ url: String = "https://10.1.2.3/marked") throws -> [String] {
            try Self.load(
                "messageChannels: [{name: ops, url: \"\(url)\"}]\n\(more)\nmanifests: [p.yaml]",
                files: ["p.yaml": Self.sending]
            ).1.filter { $0.severity == .warning }.map(\.message).filter { $0.contains("send-message") }
        }
        let words = "will fail at send-message: requests to '10.1.2.3' are not allowed: it has a private address"
        #expect(try told("") == [words])
        #expect(try told("http: {privateHosts: [10.1.2.3]}").isEmpty)
        #expect(try told("", "https://ops.example.com/x").isEmpty)
        #expect(try told("http: {hosts: [other.example.com]}", "https://ops.example.com/x").count == 1)
    }

    @Test func `a channel whose URL is wrong is told once, and not as missing too`() throws {
        func told(_ url: String, _ name: String) throws -> [String] {
            try Self.load(
                "messageChannels: [{name: \(name), url: \"\(url)\"}]\nmanifests: [p.yaml]",
                files: ["p.yaml": Self.sending]
            ).1.errors.map(\.message).filter { $0.contains("hannel") }
        }
        #expect(
            try told("https://ops.example.com", "other").contains { $0.contains("there is no ClusterMessageChannel") }
        )
        #expect(try told("https://ops.example.com", "ops").isEmpty)
        let found = try told("ops", "ops")
        #expect(found.count == 1 && found[0].contains("is not a URL"), "\(found)")
    }

    @Test func `two channels of one name are an error, two of different projects are none`() throws {
        let one = "{name: a, url: \"https://a.example.com\"}"
        let twice = try Self.load("messageChannels: [\(one), \(one)]").1
        #expect(twice.contains { $0.message == "two message channels are called a" })
        let apart = try Self.load(
            "messageChannels: [\(one)]\nprojects: {p: {messageChannels: [\(one)]}, q: {messageChannels: [\(one)]}}"
        ).1
        #expect(!apart.contains { $0.message.contains("two message channels") })
    }

    @Test func `a reload names the channels that changed, and no value`() throws {
        let old = try #require(try Self.load(Self.channels, files: Self.files).0)
        let changed = Self.channels.replacing("p.example.com", with: "q.example.com")
            .replacing("name: ops.all", with: "name: ops.new")
        let new = try #require(try Self.load(changed, files: Self.files).0)
        #expect(
            ConfigurationChanges.lines(from: old, to: new).filter { $0.contains("message channel") } == [
                "message channel ops.all was removed", "message channel ops.new was added",
                "project p: its message channel releases changed",
            ]
        )
    }
}
