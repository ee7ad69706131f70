import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwaySettings

struct NotificationSettingsTests {
    private static func load(
        _ text: String,
        files: [String: String] = [:],
        environment: [String: String] = [:]
    ) throws -> (LoadedSettings?, [Problem]) {
        try Sandbox(files.merging(["hoistway.yaml": text]) { _, new in new }).load(environment)
    }

    @Test func `every key of a notification is read, and its URL is a secret`() throws {
        let (loaded, problems) = try Self.load(
            """
            notifications:
              - {name: chat, url: {file: secrets/chat}, format: slack, events: [two-writers]}
              - {name: ops, url: "http://127.0.0.1:9000/x", secret: {env: OPS}}
              - {name: closed, url: "http://ops.internal/x", allowInsecureHTTP: true}
            """,
            files: ["secrets/chat": "https://hooks.slack.com/services/T0/B0/marked-token\n"],
            environment: ["OPS": "a secret"]
        )
        #expect(problems.errors.isEmpty, "\(problems)")
        let settings = try #require(loaded?.settings)
        let all = settings.notifications
        #expect(all.map(\.name) == ["chat", "ops", "closed"])
        #expect(all[0].format == .slack && all[0].events == [.twoWriters] && all[0].secret == nil)
        #expect(all[0].url == Secret("https://hooks.slack.com/services/T0/B0/marked-token"))
        #expect(all[1].format == .generic && all[1].events == NoticeEvent.allCases && all[1].projects == nil)
        #expect(all[1].secret == Secret("a secret"))
        #expect(!"\(settings)".contains("marked-token"))
    }

    @Test(arguments: [
        ("{name: a, url: \"http://ops.example.com/marked\"}", "plain http"),
        ("{name: a, url: \"ftp://ops.example.com/marked\"}", "https://"),
        ("{name: a, url: marked}", "not a URL"),
        ("{name: a, url: \"https://ops.example.com/marked a\"}", "not a URL"),
        ("{name: a}", "url is missing"),
        ("{name: A b, url: \"https://ops.example.com/marked\"}", "not a name"),
        ("{name: a, url: \"https://ops.example.com/marked\", events: [promotion-faild]}", "promotion-faild"),
        ("{name: a, url: \"https://ops.example.com/marked\", events: [test]}", "no event"),
        ("{name: a, url: \"https://ops.example.com/marked\", projects: [nowhere]}", "nowhere"),
        ("{name: a, url: {env: NOT_SET}}", "NOT_SET"),
    ])
    func `what is wrong with a notification is told, without its URL`(entry: String, told: String) throws {
        let (loaded, problems) = try Self.load("notifications:\n  - \(entry)\n")
        #expect(loaded == nil)
        #expect(problems.errors.contains { $0.description.contains(told) }, "\(problems)")
        #expect(!problems.contains { $0.description.contains("marked") })
    }

    @Test func `a secret that says it is base64 and is not is an error`() throws {
        let entry = "{name: a, url: \"https://ops.example.com/\", secret: {env: OPS}}"
        let (bad, told) = try Self.load("notifications:\n  - \(entry)\n", environment: ["OPS": "whsec_ä!"])
        #expect(bad == nil)
        #expect(told.errors.contains { $0.message.contains("not base64") })
        #expect(try Self.load("notifications:\n  - \(entry)\n", environment: ["OPS": "whsec_MfKQ9r8="]).0 != nil)
    }

    @Test func `two notifications cannot have one name`() throws {
        let entry = "  - {name: a, url: \"https://ops.example.com/\"}\n"
        let (loaded, problems) = try Self.load("notifications:\n\(entry)\(entry)")
        #expect(loaded == nil)
        #expect(problems.errors.contains { $0.message.contains("two notifications are called a") })
    }

    @Test func `rates of a receiver and of an address are read`() throws {
        let (loaded, problems) = try Self.load(
            """
            webhooks:
              maxPerSecondPerAddress: 50
              receivers:
                - {name: a, sender: github, secrets: [{env: A}], sources: all, maxPerSecond: 7}
            """,
            environment: ["A": "a secret"]
        )
        #expect(problems.errors.isEmpty, "\(problems)")
        #expect(loaded?.settings.webhooks.maxPerSecondPerAddress == 50)
        #expect(loaded?.settings.webhooks.receivers.first?.maxPerSecond == 7)
        let (bad, told) = try Self.load("webhooks: {maxPerSecondPerAddress: 0}")
        #expect(bad == nil && told.errors.count == 1)
    }
}
