import HoistwayModel
import Testing

struct PruningTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let warehouse = WarehouseKey(project: "shop", name: "shop")

    /// Freight of the last hours, a second apart, the newest last.
    private func rush(_ count: Int) -> [FreightRecord] {
        var world = World()
        world.receive("1.0.0")
        guard let made = world.freight("1.0.0") else { return [] }
        return (0..<count).map { number in
            var record = made
            let digits = String(number, radix: 16)
            record.freight.id = FreightID(String(repeating: "0", count: 40 - digits.count) + digits)
            record.freight.origin = warehouse
            record.freight.discoveredAt = now + .seconds(number - count)
            return record
        }
    }

    private func state(_ records: [FreightRecord]) -> PipelineState {
        var state = PipelineState()
        for record in records { state.apply(.putFreight(record)) }
        return state
    }

    private func left(_ state: PipelineState) -> Set<FreightKey> {
        var state = state
        state.apply(Pruning.changes(in: state, now: now))
        return Set(state.freight.keys)
    }

    @Test func `of the freight of a rush the newest thousand stay, though all of it is young`() {
        let records = rush(1_500)
        #expect(left(state(records)) == Set(records.suffix(1_000).map(\.key)))
    }

    @Test func `of old freight only twenty stay`() {
        let records = rush(1_500).map { record in
            var record = record
            record.freight.discoveredAt = record.freight.discoveredAt + .seconds(-15 * 86_400)
            return record
        }
        #expect(left(state(records)) == Set(records.suffix(20).map(\.key)))
    }

    @Test func `what is used stays, however much comes after it`() {
        var records = rush(1_500)
        records[0].currentlyIn["prod"] = now
        records[1].verifiedIn["test"] = FreightRecord.Verification(verifiedAt: now)
        records[2].approvedFor["prod"] = FreightRecord.Approval(approvedAt: now, actor: "ada")
        let promoted = records[3].key
        var state = state(records)
        var world = World(automatic: ["test"])
        world.receive("1.0.0")
        world.dispatch()
        guard var open = world.open("test").first else {
            Issue.record("nothing was promoted")
            return
        }
        open.stage = StageKey(project: "shop", name: "test")
        open.freight = promoted.id
        state.apply(.putPromotion(open))
        #expect(left(state) == Set((records.prefix(4) + records.suffix(1_000)).map(\.key)))
    }

    @Test func `what came into use since it was decided is not forgotten`() {
        let records = rush(1_500)
        var state = state(records)
        let changes = Pruning.changes(in: state, now: now)
        #expect(changes.count == 500)
        var used = records[7]
        used.currentlyIn["prod"] = now
        state.apply(.putFreight(used))
        let holding = Pruning.holding(changes, in: state)
        #expect(holding.count == 499)
        #expect(!holding.contains(.removeFreight(used.key)))
        for change in holding { state.apply(change) }
        #expect(Pruning.holding(changes, in: state).isEmpty)
    }
}
