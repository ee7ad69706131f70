import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `compose-output` and `fail`: sheet 4.5.
struct FlowStepTests {
    @Test func `compose-output gives its configuration as it is`() async throws {
        let config: ConfigValue = [
            "sha": "abc", "count": .number(2), "flag": false, "none": .null, "empty": "",
            "deep": ["list": [.number(1), "x"]],
        ]
        let result = try await FileBench([:]).run(("compose-output", config))
        #expect(result.phase == .succeeded)
        #expect(result.output == config)
    }

    @Test(
        arguments: [
            ([:], "it has no key"), (.null, "it has no key"), ("text", "expected a mapping"),
            ([], "expected a mapping"),
        ] as [(ConfigValue, String)]
    )
    func `compose-output needs a mapping with one key at least`(_ config: ConfigValue, _ problem: String) async throws {
        let result = try await FileBench([:]).run(("compose-output", config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains("compose-output: config: \(problem)"), "\(result.message)")
    }

    @Test func `an output that is too large or too deep fails, and the message names it`() async throws {
        let large = ConfigValue.string(String(repeating: "x", count: 600_000))
        let deep = (0..<150).reduce(ConfigValue.string("x")) { value, _ in .list([value]) }
        for (config, name) in [
            (["small": "s", "large": .list([large, large])], "large"), (["a": large, "b": large], "a"),
            (["deep": deep], "deep"),
            (["escaped": .string(String(repeating: "\u{1}", count: 200_000))], "escaped"),
        ] as [(ConfigValue, String)] {
            let result = try await FileBench([:]).run(("compose-output", config), threshold: 5)
            #expect(result.phase == .failed)
            #expect(result.message.contains("the output '\(name)' is too large"), "\(result.message)")
        }
        let result = try await FileBench([:]).run(("compose-output", ["large": large]))
        #expect(result.phase == .succeeded)
    }

    @Test(
        arguments: [([:], "failed"), (["message": "no"], "failed: no"), (.null, "failed")] as [(ConfigValue, String)]
    )
    func `fail ends the promotion for good, in its own words`(_ config: ConfigValue, _ message: String) async throws {
        let result = try await FileBench([:]).run(("fail", config), ("compose-output", ["a": "b"]), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.run.records.map(\.status) == [.succeeded, .failed, .skipped])
        #expect(result.run.records[1].message == message)
    }

    @Test(arguments: [["message": ""], ["message": .number(1)], ["msg": "x"]] as [ConfigValue])
    func `fail judges its configuration too`(_ config: ConfigValue) async throws {
        let result = try await FileBench([:]).run(("fail", config))
        #expect(result.phase == .failed)
        #expect(result.message.hasPrefix("fail: config."), "\(result.message)")
    }
}
