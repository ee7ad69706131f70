import HoistwayModel
import HoistwayPatterns
import Testing

/// A look at what has changed answers as a look at everything does, over random histories.
struct PartialLookTests {
    /// Steps of one history.
    private static let steps = 10_000

    @Test func `looks at what has changed make what looks at everything make`() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        let made = try Self.play(seed: seed, steps: Self.steps)
        #expect(made > 100, "seed \(seed) makes promotions")
    }

    /// The last one has failed before.
    @Test(arguments: [1, 2, 3, 9_350_434_552_265_826_180] as [UInt64])
    func `the same is true of known histories`(seed: UInt64) throws { try Self.play(seed: seed, steps: 900) }

    /// Gives how many promotions were made.
    @discardableResult
    private static func play(seed: UInt64, steps: Int) throws -> Int {
        var history = History(seed: seed)
        for step in 0..<steps {
            let whole = history.wholeLook()
            let partial = history.look()
            try #require(
                partial.changes == whole.changes && history.nextLook == whole.nextLook,
                "seed \(seed), step \(step), after \(history.last)"
            )
            if history.isStored(partial) { history.step() }
        }
        return history.made
    }
}

/// What people, events, promotions and the clock do to two projects, at random.
private struct History {
    struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        mutating func one<Element>(of elements: [Element]) -> Element? {
            elements.isEmpty ? nil : elements[below(elements.count)]
        }
    }

    private(set) var pipelines: Pipelines
    private(set) var mode = PromotionMode.promote
    private(set) var graph: StageGraph
    var state = PipelineState()
    private var agenda = LookAgenda()
    /// What the last look was at.
    private var taken = StageConcern()
    /// What was done last.
    private(set) var last = "the beginning"
    /// Promotions that were made.
    private(set) var made = 0
    private var now = Timestamp(seconds: 1_000_000)
    private var names = PromotionNames()
    private var chance: Chance
    private var numbers = 0
    private let matcher = Patterns()

    init(seed: UInt64) {
        chance = Chance(state: seed)
        pipelines = Pipelines()
        graph = StageGraph(pipelines)
        configure()
        for stage in pipelines.stagesInOrder { state.stages[stage.key] = StageRecord(key: stage.key) }
    }

    // MARK: Looks

    func wholeLook() -> Dispatch.Result {
        var names = names
        return Dispatch(pipelines: pipelines, mode: mode, now: now)
            .decide(on: state, matcher: matcher, names: &names, random: { 7 })
    }

    /// `nil`: nothing is decided on these manifests.
    var nextLook: Timestamp? { pipelines.isComplete ? agenda.nextLook : nil }

    mutating func look() -> Dispatch.Result {
        taken = StageConcern()
        guard pipelines.isComplete else { return Dispatch.Result() }
        taken = agenda.take(graph: graph, on: state, now: now)
        let result = Dispatch(pipelines: pipelines, mode: mode, now: now)
            .decide(
                on: state,
                concerning: taken,
                graph: graph,
                matcher: matcher,
                names: &names,
                random: { 7 }
            )
        agenda.note(result.looks)
        made += result.changes.count {
            if case .putPromotion(let record) = $0 { !record.phase.isTerminal } else { false }
        }
        return result
    }

    /// Stores what came of the look, or fails to, as on a full disk: then it must come again.
    mutating func isStored(_ result: Dispatch.Result) -> Bool {
        guard chance.below(20) > 0 else {
            agenda.giveBack(taken, at: now + .seconds(1))
            advance(by: .seconds(1))
            last = "a look that was not stored"
            return false
        }
        state.apply(result.changes)
        return true
    }

    // MARK: What happens

    /// Does one thing, and tells the agenda.
    mutating func step() {
        switch chance.below(40) {
        case 0: advance(by: .seconds(Int64(chance.below(4000))))
        case 1: advance(by: .seconds(-Int64(chance.below(100))))
        case 2: configure()
        default:
            advance(by: .seconds(Int64(chance.below(20))))
            let (what, changes) = happening()
            last = what
            agenda.add(graph.concern(of: changes, before: state))
            state.apply(changes)
        }
    }

    private mutating func advance(by duration: Duration) {
        now = now + duration
        last = "the clock went by \(duration)"
    }

    private mutating func happening() -> (String, [Change]) {
        let freight = state.freight.values.sorted { $0.key.description < $1.key.description }
        let promotions = state.promotions.values.sorted { $0.id < $1.id }
        let stages = state.stages.values.sorted { $0.key.description < $1.key.description }
        switch chance.below(16) {
        case 0, 1: return ("freight came", [.putFreight(newFreight())])
        case 2, 3, 4, 5, 6:
            guard var record = chance.one(of: promotions.compactMap(\.open)) else { break }
            record.phase = [.succeeded, .succeeded, .succeeded, .failed, .aborted][chance.below(5)]
            let stage = pipelines.stage(record.stage)
            return (
                "\(record.id) ended: \(record.phase)",
                PromotionOutcome.changes(after: record, stage: stage, state: state, now: now)
            )
        case 7:
            guard var record = chance.one(of: promotions.compactMap(\.open)) else { break }
            record.phase = .running
            return ("\(record.id) began", [.putPromotion(record)])
        case 8: return touched(freight)
        case 9: return touched(freight)
        case 10:
            guard freight.count > 12, let record = chance.one(of: freight) else { break }
            return ("\(record.key) was forgotten", [.removeFreight(record.key)])
        case 11:
            guard promotions.count > 24, let record = chance.one(of: promotions.compactMap(\.ended)) else {
                break
            }
            return ("\(record.id) was forgotten", [.removePromotion(record.id)])
        case 12: return pushed(promotions)
        case 13: return paused(stages)
        case 14:
            guard var record = chance.one(of: stages) else { break }
            record.lost =
                record.lost == nil
                ? StageRecord.Lost(
                    branch: BranchKey(remote: "https://git.example/app", branch: "stage/test"),
                    reason: "it is gone",
                    since: now
                ) : nil
            return ("\(record.key) lost or found its freight", [.putStage(record)])
        default:
            return ("a subscription was written", [.putSubscription(subscription())])
        }
        return ("nothing", [])
    }

    private mutating func newFreight() -> FreightRecord {
        numbers += 1
        let project = ["a", "b"][chance.below(2)]
        return FreightRecord(
            freight: Freight(
                id: FreightID("f\(numbers)"),
                alias: "alias-\(numbers)",
                origin: WarehouseKey(project: project, name: ["app", "web"][chance.below(2)]),
                artifacts: [],
                discoveredAt: now + .milliseconds(numbers)
            )
        )
    }

    private mutating func touched(_ freight: [FreightRecord]) -> (String, [Change]) {
        guard var record = chance.one(of: freight), let stage = chance.one(of: Self.stageNames) else {
            return ("nothing", [])
        }
        let what = "\(record.key) and \(stage)"
        switch chance.below(5) {
        case 0: record.approvedFor[stage] = FreightRecord.Approval(approvedAt: now, actor: "ann")
        case 1: record.verify(in: stage, at: now, by: "token ann")
        case 2:
            record.verifiedIn[stage] = nil
            record.failedIn = [stage: FreightRecord.FailedVerification(failedAt: now, actor: "ann", reason: "slow")]
        case 3: record.currentlyIn[stage] = record.currentlyIn[stage] == nil ? now : nil
        default: record.observedIn = record.observedIn == nil ? [stage: now] : nil
        }
        return ("\(what): verified, approved, failed or moved", [.putFreight(record)])
    }

    private mutating func pushed(_ promotions: [KnownPromotion]) -> (String, [Change]) {
        if let intent = state.intents.values.first { return ("a push ended", [.removeIntent(intent.id)]) }
        guard let record = chance.one(of: promotions.compactMap(\.open)) else { return ("nothing", []) }
        let commit = PushIntent.Commit(id: .zero, promotion: record.id)
        let intent = PushIntent(
            id: "i",
            project: record.stage.project,
            remote: "https://git.example/app",
            insecureSkipTLSVerify: false,
            branches: [PushIntent.Branch(branch: "stage/test", old: .zero, commits: [commit])],
            createdAt: now
        )
        return ("a push of \(record.id) began", [.putIntent(intent)])
    }

    private mutating func paused(_ stages: [StageRecord]) -> (String, [Change]) {
        guard var record = chance.one(of: stages) else { return ("nothing", []) }
        let kind = [StageRecord.Pause.Kind.lostState, .twoWriters, .notLooked][chance.below(3)]
        if record.pause(kind) == nil {
            record.put(StageRecord.Pause(kind: kind, reason: "somebody must look", since: now))
        } else {
            record.endPause(kind)
        }
        return ("\(record.key) paused or not", [.putStage(record)])
    }

    private func subscription() -> SubscriptionRecord {
        let warehouse = WarehouseKey(project: "a", name: "app")
        return SubscriptionRecord(
            key: SubscriptionKey(warehouse: warehouse, subscription: "image registry.example/app"),
            updatedAt: now
        )
    }

    // MARK: Manifests

    private static let stageNames = ["test", "uat", "gate", "soak", "match", "prod"]

    /// Other manifests, with other modes, policies and stages.
    private mutating func configure() {
        let old = (pipelines, mode)
        mode = chance.below(6) == 0 ? .observe : .promote
        var projects = pipelines.projects
        // Mostly one project changes.
        for name in projects.isEmpty ? ["a", "b"] : [["a", "b"][chance.below(2)]] { projects[name] = project(name) }
        pipelines = Pipelines(projects: projects, isComplete: chance.below(8) != 0)
        graph = StageGraph(pipelines)
        let unlike = old.0.projects(unlike: pipelines)
        if let concern = old.0.concern(of: unlike, mode: old.1, before: pipelines, mode: mode) {
            agenda.add(concern)
        } else {
            agenda.addAll()
        }
        last = "other manifests"
    }

    private mutating func project(_ name: String) -> Project {
        let place = SourcePlace(file: "p.yaml", line: 1)
        let uat = FreightRequest.Availability.allCases[chance.below(2)]
        var stages = [
            stage(
                name,
                "test",
                [FreightRequest(warehouse: "app", direct: true), FreightRequest(warehouse: "web", direct: true)]
            ),
            stage(name, "gate", [FreightRequest(warehouse: "app", stages: ["test"])], isGate: true),
            stage(name, "uat", [FreightRequest(warehouse: "app", stages: ["test", "gate"], availability: uat)]),
            stage(name, "soak", [FreightRequest(warehouse: "app", stages: ["uat"], requiredSoak: .seconds(600))]),
            stage(
                name,
                "match",
                [FreightRequest(warehouse: "app", stages: ["uat"], selection: .matchUpstream)]
            ),
            stage(
                name,
                "prod",
                [
                    FreightRequest(warehouse: "app", stages: ["soak", "match"]),
                    FreightRequest(warehouse: "web", stages: ["test"]),
                ]
            ),
        ]
        if chance.below(4) == 0 { stages.remove(at: chance.below(stages.count)) }
        if chance.below(3) == 0, let one = stages.indices.randomElement(using: &chance) {
            stages[one].supersedes = false
        }
        if chance.below(5) == 0, let one = stages.indices.randomElement(using: &chance) { stages[one].mode = .observe }
        let policies = Self.stageNames.filter { _ in chance.below(4) != 0 }.map {
            PromotionPolicy(selector: StageSelector(name: .exact($0)), autoPromotionEnabled: true, place: place)
        }
        return Project(
            name: name,
            promotionPolicies: policies,
            warehouses: [:],
            stages: Dictionary(uniqueKeysWithValues: stages.map { ($0.key.name, $0) })
        )
    }

    private func stage(
        _ project: String,
        _ name: String,
        _ requests: [FreightRequest],
        isGate: Bool = false
    ) -> Stage {
        let place = SourcePlace(file: "p.yaml", line: 1)
        let push = StepTemplate(uses: "git-push", alias: "step-1", config: .map([:]), place: place)
        return Stage(
            key: StageKey(project: project, name: name),
            requestedFreight: requests,
            promotion: isGate ? .controlFlow : .steps([push]),
            place: place
        )
    }
}

extension History.Chance: RandomNumberGenerator {
    mutating func next() -> UInt64 { UInt64(below(1 << 30)) << 34 }
}
