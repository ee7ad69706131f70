import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// What a later run of a promotion sees of what an earlier one has read and changed.
struct StepPinsTests {
    private static let steps = [
        step("git-clone", "clone", ["repoURL": .string(Bench.url), "checkout": [["branch": "main", "path": "./w"]]]),
        step(
            "yaml-update",
            "update",
            ["path": "./w/note.yaml", "updates": [["key": "note", "value": "${{ stageMetadata('prod').last }}"]]],
            if: "${{ stageMetadata('prod').last == 'one' }}"
        ),
        step("set-metadata", "remember", ["updates": [["kind": "Stage", "name": "prod", "values": ["last": "two"]]]]),
        step("git-commit", "commit", ["path": "./w", "message": "of ${{ outputs.update.commitMessage }}"]),
    ]

    private static func step(
        _ uses: String,
        _ alias: String,
        _ config: ConfigValue,
        if condition: String? = nil
    ) -> StepTemplate {
        StepTemplate(
            uses: uses,
            alias: alias,
            config: config,
            condition: condition,
            place: SourcePlace(file: "stages.yaml", line: 1)
        )
    }

    private static func lookups(_ last: String) -> StepLookups {
        var lookups = StepLookups()
        lookups.stageMetadata = { _ in ["last": .string(last)] }
        return lookups
    }

    private static func bench() async throws -> Bench {
        var bench = Bench()
        bench.clock = FixedClock(moment: Timestamp(seconds: 9))
        try await bench.remote.seed(files: ["note.yaml": "note: none\n"])
        return bench
    }

    @Test func `a later run sees metadata as it was, though the promotion itself has changed it`() async throws {
        var bench = try await Self.bench()
        var first = bench.run(Self.steps, lookups: Self.lookups("one"))
        guard case .hasActed = await first.next() else {
            Issue.record("nothing was to be stored")
            return
        }
        #expect(first.stateChanges.count == 1)
        bench.records = first.records
        var second = bench.run(Self.steps, results: first.results, lookups: Self.lookups("two"))
        _ = await second.next()
        #expect(second.records[1].status == .succeeded, "\(second.records[1].message)")
        let update = second.results.first { $0.alias == "update" }
        #expect(update?.config?["updates"]?.list?.first?["value"] == "one")
    }

    @Test func `a change of the own state that could not be stored is made again`() async throws {
        var bench = try await Self.bench()
        var first = bench.run(Self.steps, lookups: Self.lookups("one"))
        _ = await first.next()
        first.withdraw()
        #expect(first.stateChanges.isEmpty)
        #expect(first.records[2].status == .running)
        bench.records = first.records
        var second = bench.run(Self.steps, results: first.results, lookups: Self.lookups("one"))
        guard case .hasActed = await second.next() else {
            Issue.record("nothing was to be stored")
            return
        }
        #expect(second.stateChanges.count == 1)
    }
}
