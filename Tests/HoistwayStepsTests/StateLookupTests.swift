import HoistwayExpressions
import HoistwayModel
import Testing

@testable import HoistwaySteps

/// `stageMetadata`, `freightMetadata` and `freightStatus` read the state.
struct StateLookupTests {
    private static func surroundings() -> PromotionSurroundings {
        let at = Timestamp(seconds: 1_800_000_000)
        var state = PipelineState()
        for project in ["shop", "other"] {
            let key = StageKey(project: project, name: "test")
            var stage = StageRecord(key: key)
            stage.metadata = ["of": .string(project), "list": .list([.number(1)])]
            state.stages[key] = stage
        }
        var record = FreightRecord(
            freight: Freight(
                id: FreightID("abc"),
                alias: "brave-otter",
                origin: WarehouseKey(project: "shop", name: "app"),
                artifacts: [],
                discoveredAt: at
            ),
            currentlyIn: ["test": at],
            verifiedIn: ["test": .init(verifiedAt: at, longestSoak: .seconds(5400))]
        )
        record.metadata = ["n": .number(7)]
        state.freight[record.key] = record
        var surroundings = PromotionSurroundings()
        var lookups = StepLookups()
        lookups.read(state, project: "shop")
        lookups.give(to: &surroundings)
        return surroundings
    }

    @Test(arguments: [
        ("${{ stageMetadata('test').of }}", ConfigValue.string("shop")),
        ("${{ stageMetadata('test').list[0] }}", .number(1)), ("${{ stageMetadata('gone') }}", .null),
        ("${{ stageMetadata('gone')?.of ?? 'none' }}", .string("none")),
        ("${{ freightMetadata('abc').n }}", .number(7)), ("${{ freightMetadata('brave-otter').n }}", .number(7)),
        ("${{ freightMetadata('gone') }}", .null),
        ("${{ freightStatus('abc').currentlyIn.test.since }}", .string("2027-01-15T08:00:00Z")),
        ("${{ freightStatus('abc').verifiedIn.test.longestSoak }}", .string("1h30m0s")),
        ("${{ freightStatus('abc').approvedFor }}", .null), ("${{ freightStatus('abc').metadata.n }}", .number(7)),
    ])
    func `expressions read what the state has of the own project`(_ text: String, _ wanted: ConfigValue) throws {
        var scope = Scope()
        scope.functions = KargoFunctions.functions(in: .step, of: Self.surroundings())
        let template = try Template(text, functions: KargoFunctions.signatures(in: .step))
        #expect(try template.evaluate(in: scope).configuration() == wanted)
    }
}
