import HoistwayModel
import Testing

/// What finds records without going through all of them finds what going through all of them finds.
struct PipelineIndexTests {
    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    private static func freight(_ project: String, _ number: Int, _ chance: inout Chance) -> FreightRecord {
        var record = FreightRecord(
            freight: Freight(
                id: FreightID("f\(number)"),
                alias: "alias-\(chance.below(8))",
                origin: WarehouseKey(project: project, name: "w\(number % 3)"),
                artifacts: [],
                discoveredAt: Timestamp(seconds: Int64(number))
            )
        )
        let at = Timestamp(seconds: 1)
        if chance.below(3) == 0 { record.verifiedIn["s0"] = FreightRecord.Verification(verifiedAt: at) }
        if chance.below(3) == 0 { record.approvedFor["s1"] = FreightRecord.Approval(approvedAt: at, actor: "ann") }
        if chance.below(3) == 0 { record.observedIn = ["s2": at] }
        return record
    }

    private static func promotion(_ project: String, _ number: Int, _ chance: inout Chance) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("s\(number % 4).\(number).\(project)"),
            stage: StageKey(project: project, name: "s\(number % 4)"),
            freight: FreightID("f\(number)"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: Int64(number))
        )
        record.phase = PromotionPhase.allCases[chance.below(PromotionPhase.allCases.count)]
        if chance.below(3) == 0 {
            var step = StepRecord(alias: "step-1", uses: "git-open-pr", status: .running)
            step.isOpen = true
            record.stepRecords = [step]
        }
        if chance.below(4) == 0 { record.abortedBy = "token ann" }
        return record
    }

    private static func intent(_ number: Int, _ chance: inout Chance) -> PushIntent {
        let commits = (0...chance.below(3)).map { _ in
            PushIntent.Commit(id: ObjectID.zero, promotion: PromotionID("p\(chance.below(5))"))
        }
        return PushIntent(
            id: "i\(number)",
            project: "a",
            remote: "https://git.example/app",
            insecureSkipTLSVerify: false,
            branches: [PushIntent.Branch(branch: "stage/test", old: ObjectID.zero, commits: commits)],
            createdAt: Timestamp(seconds: 1)
        )
    }

    private static func commit(_ number: Int) -> ObjectID {
        ObjectID(String(repeating: "0", count: 38) + String(number + 16, radix: 16)) ?? .zero
    }

    private static func branch(_ number: Int, _ chance: inout Chance) -> BranchRecord {
        let key = BranchKey(remote: "https://git.example/r\(number % 2)", branch: "stage/b\(number % 3)")
        return BranchRecord(
            key: key,
            head: commit(number),
            ownCommits: (0...chance.below(4)).map { _ in commit(chance.below(9)) }
        )
    }

    private static func change(_ chance: inout Chance) -> Change {
        let project = ["a", "b"][chance.below(2)]
        let number = chance.below(20)
        switch chance.below(8) {
        case 0, 1: return .putFreight(freight(project, number, &chance))
        case 2: return .removeFreight(FreightKey(project: project, id: FreightID("f\(number)")))
        case 3, 4: return .putPromotion(promotion(project, number, &chance))
        case 5: return .removePromotion(promotion(project, number, &chance).id)
        case 6: return .putBranch(branch(number, &chance))
        default:
            return chance.below(2) == 0 ? .putIntent(intent(number % 4, &chance)) : .removeIntent("i\(number % 4)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `look-ups find what going through all records finds`(seed: UInt64) throws {
        var chance = Chance(state: seed)
        var state = PipelineState()
        for number in 0..<500 {
            state.apply(Self.change(&chance))
            try Self.requireLookUps(of: state)
            guard number.isMultiple(of: 50) else { continue }
            // As a start makes the table.
            var loading = PromotionLoading()
            var batch = PromotionLoading.Batch()
            for promotion in state.promotions.values { batch.append(promotion) }
            loading.add(batch)
            var loaded = state
            loaded.promotions = loading.table()
            try Self.requireLookUps(of: loaded)
            for promotion in state.promotions.values { loaded.promotions[promotion.id] = nil }
            try Self.requireLookUps(of: loaded)
        }
    }

    private static func requireLookUps(of state: PipelineState) throws {
        let promotions = state.promotions.values.sorted { $0.id < $1.id }
        let freight = state.freight.values.sorted { $0.freight.discoveredAt > $1.freight.discoveredAt }
        try #require(Array(state.openPromotions) == promotions.compactMap(\.open))
        let aborting = promotions.compactMap(\.open).filter { $0.abortedBy != nil }
        try #require(Array(state.abortingPromotions) == aborting)
        try #require(Array(state.proposingPromotions) == promotions.filter(\.mayHaveProposed))
        for project in ["a", "b"] {
            let own = promotions.filter { $0.stage.project == project }
            try #require(state.promotions(ofProject: project).sorted { $0.id < $1.id } == own)
            for number in 0..<4 {
                let stage = StageKey(project: project, name: "s\(number)")
                let ofStage = own.filter { $0.stage == stage }
                try #require(state.promotions(of: stage) == ofStage)
                try #require(Array(state.newestPromotions(of: stage)) == ofStage.reversed())
                let open = ofStage.compactMap(\.open)
                let running = open.filter { $0.phase == .running }
                try #require(state.openPromotions(of: stage) == running + open.filter { $0.phase != .running })
                let warehouse = WarehouseKey(project: project, name: "w\(number)")
                try #require(state.freight(of: warehouse) == freight.filter { $0.freight.origin == warehouse })
            }
            for number in 0..<20 {
                let key = FreightKey(project: project, id: FreightID("f\(number)"))
                try #require(state.promotions(of: key) == own.filter { $0.freight == key.id })
                let stage = StageKey(project: project, name: "s\(number % 4)")
                let finished = own.filter { $0.freight == key.id && $0.stage == stage }.compactMap(\.ended)
                try #require(state.finishedPromotions(of: key.id, to: stage) == finished.reversed())
            }
            for number in 0..<8 {
                let named = freight.filter { $0.key.project == project && $0.freight.alias == "alias-\(number)" }
                let found = state.freight(named: "alias-\(number)", in: project)
                try #require(Set(found.map(\.key)) == Set(named.map(\.key)))
            }
        }
        for number in 0..<5 {
            let id = PromotionID("p\(number)")
            try #require(state.isPushing(id) == state.intents.values.contains { $0.promotions.contains(id) })
        }
        for number in 0..<9 {
            let commit = Self.commit(number)
            try #require(state.isOwn(commit) == state.branches.values.contains { $0.ownCommits.contains(commit) })
        }
    }

    @Test func `a list in order is that of a sorted set, however it grows and shrinks`() throws {
        var chance = Chance(state: 4)
        var list = OrderedList<Int>()
        var expected: Set<Int> = []
        for _ in 0..<3000 {
            let number = chance.below(1000)
            if chance.below(3) == 0 {
                list.remove(number)
                expected.remove(number)
            } else {
                list.insert(number)
                expected.insert(number)
            }
            try #require(list.contains(number) == expected.contains(number))
            try #require(list.count == expected.count)
        }
        #expect(Array(list) == expected.sorted())
        #expect(Array(list.backwards) == expected.sorted().reversed())
        #expect(list.first == expected.min() && list.last == expected.max())
        #expect(Array(list.elements(after: nil)) == expected.sorted())
        for number in [-1, 0, 1, 127, 128, 500, 999, 1000] {
            #expect(Array(list.elements(after: number)) == expected.filter { $0 > number }.sorted())
        }
        for number in expected { list.remove(number) }
        #expect(list.isEmpty && list.first == nil)
    }

    @Test func `a change of one project leaves the revision of another as it was`() {
        var chance = Chance(state: 5)
        var state = PipelineState()
        var revisions = ViewRevisions()
        for project in ["a", "b"] {
            let change = Change.putFreight(Self.freight(project, 1, &chance))
            revisions.note([change], before: state)
            state.apply(change)
        }
        let before = revisions.project("b")
        let changes: [Change] = [
            .putPromotion(Self.promotion("a", 1, &chance)),
            .putStage(StageRecord(key: StageKey(project: "a", name: "s1"))),
        ]
        let earlier = revisions.project("a")
        revisions.note(changes, before: state)
        #expect(revisions.project("b") == before)
        #expect(revisions.project("a") > earlier)
    }
}
