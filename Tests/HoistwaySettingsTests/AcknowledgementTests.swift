import HoistwayModel
import Testing

@testable import HoistwaySettings

/// C9: a warning that somebody lives with is acknowledged with a reason, and is not shown again.
struct AcknowledgementTests {
    private static let text = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo}
        spec: {shard: a, subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]}
        """

    @Test func `an acknowledged warning stays in the data with its reason, and counts no more`() throws {
        let before = try problems(of: Self.text)
        #expect(before.warnings.count == 2)
        let more = "acknowledged: [{warning: 'shard has no effect: *', reason: one program is enough}]"
        let after = try problems(of: Self.text, more: more)
        #expect(after.count == 2)
        #expect(after.warnings.map(\.message) == before.filter { !$0.message.hasPrefix("shard") }.map(\.message))
        #expect(after.compactMap(\.acknowledged) == ["one program is enough"])
    }

    @Test func `one that meets nothing is told, unless errors hide what it would meet`() throws {
        let more = "acknowledged: [{warning: 'shards have no effect', reason: a}]"
        let found = try problems(of: Self.text, more: more)
        let told = found.filter { $0.message.hasPrefix("no warning matches this acknowledgement") }
        #expect(told.map(\.place.line) == [3])
        let wrong = try problems(of: Self.text.replacing("shard: a", with: "interval: never"), more: more)
        #expect(wrong.errors.count == 1)
        #expect(!wrong.contains { $0.message.hasPrefix("this acknowledgement") })
    }

    @Test func `an error cannot be acknowledged, and a reason must be given`() throws {
        let wrong = Self.text.replacing("shard: a", with: "interval: never")
        #expect(try problems(of: wrong, more: "acknowledged: [{warning: '*', reason: a}]").errors.count == 1)
        let errors = try problems(of: Self.text, more: "acknowledged: [{warning: '*'}]").errors
        #expect(errors.map(\.message) == ["reason is missing"])
    }

    @Test(arguments: [
        ("a b c", true), ("a*", true), ("*c", true), ("a * c", true), ("*b*", true), ("*", true), ("a b", false),
        ("b*", false), ("*b", false), ("a*x*c", false), ("A b c", false),
    ])
    func `a star stands for any text`(_ pattern: String, _ matches: Bool) {
        let place = SourcePlace(file: "f", line: 1)
        #expect(Acknowledgement(warning: pattern, reason: "r", place: place).matches("a b c") == matches)
    }
}
