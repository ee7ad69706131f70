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

    @Test func `outputs that are too large fail, and the message names the largest`() async throws {
        let large = ConfigValue.string(String(repeating: "x", count: 600_000))
        for (config, name) in [
            (["small": "s", "large": .list([large, large])], "large"), (["a": large, "b": large], "a"),
        ] as [(ConfigValue, String)] {
            let result = try await FileBench([:]).run(("compose-output", config), threshold: 5)
            #expect(result.phase == .failed)
            #expect(result.message.contains("more than 1 MiB; the largest is '\(name)'"), "\(result.message)")
        }
        let result = try await FileBench([:]).run(("compose-output", ["large": large]))
        #expect(result.phase == .succeeded)
    }

    @Test func `of three hundred outputs of 1 MB, those are kept that fit into 8 MiB, and the promotion ends Failed`()
        async throws
    {
        let large = ConfigValue.string(String(repeating: "x", count: 1_000_000))
        var templates = Bench.steps(Array(repeating: ("compose-output", ["large": large]), count: 300))
        for isForced in [false, true] {
            for index in templates.indices where isForced { templates[index].condition = "${{ always() }}" }
            let bench = Bench()
            var run = bench.run(templates)
            let event = await run.next()
            #expect(event.phase == .failed)
            #expect(event.message == "step-9: the outputs of the promotion's steps have more than 8 MiB")
            #expect(run.records.count { $0.status == .succeeded } == 8)
            #expect(run.records.count { $0.status == (isForced ? .failed : .skipped) } >= 291)
            #expect(run.results.reduce(0) { $0 + ($1.outputs["large"]?.string?.utf8.count ?? 0) } == 8_000_000)
        }
    }

    @Test func `a configuration of more than 1 MiB fails, whether it was written so or evaluated`() async throws {
        let half = String(repeating: "x", count: 600_000)
        let outputs: (String, ConfigValue) = ("compose-output", ["half": .string(half)])
        let twice = "${{ outputs['step-2'].half }}${{ outputs['step-2'].half }}"
        for (content, isKept) in [(half + half, false), (twice, false), ("${{ outputs['step-2'].half }}", true)] {
            let write: (String, ConfigValue) = ("file-write", ["path": "w/file.txt", "contents": .string(content)])
            let result = try await FileBench([:]).run(outputs, write)
            #expect(result.phase == (isKept ? .succeeded : .failed), "\(result.message)")
            guard !isKept else { continue }
            #expect(result.message.hasPrefix("its configuration has 12"), "\(result.message)")
            #expect(result.message.hasSuffix(" bytes, more than 1 MiB"), "\(result.message)")
        }
    }

    @Test func `inside a task the outputs are the task's too`() async throws {
        let bench = try await FileBench([:])
        var templates = Bench.steps([
            FileBench.clone, ("compose-output", ["sha": "abc"]), ("compose-output", ["other": "x"]),
        ])
        templates[1].alias = "ship::one"
        templates[2].alias = "ship::two"
        var run = bench.bench.run(templates, workspace: bench.workspace)
        #expect(await run.next().phase == .succeeded)
        #expect(run.outputs["ship::one"] == ["sha": "abc"])
        #expect(run.outputs["ship"] == ["sha": "abc", "other": "x"])
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
