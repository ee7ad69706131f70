import HoistwayCrypto
import HoistwayModel
import HoistwayPatterns

/// A small pipeline and a clock for decisions: one warehouse, stages test → uat → prod, the first two automatic.
struct World {
    static let image = "ghcr.io/acme/app"
    static let place = SourcePlace(file: "pipeline.yaml", line: 1)
    static let warehouse = WarehouseKey(project: "shop", name: "app")

    var pipelines: Pipelines
    var state = PipelineState()
    var now = Timestamp(seconds: 1_800_000_000)
    var names = PromotionNames()
    let matcher = Patterns()

    init(subscription: ImageSubscription? = nil, automatic: [String] = ["test", "uat"]) {
        let subscription =
            subscription
            ?? ImageSubscription(repoURL: Self.image, key: ImageKey(normalised: Self.image), place: Self.place)
        let warehouse = Warehouse(key: Self.warehouse, subscriptions: [.image(subscription)], place: Self.place)
        let stages = [("test", [String]()), ("uat", ["test"]), ("prod", ["uat"])].map { name, upstream in
            Stage(
                key: StageKey(project: "shop", name: name),
                requestedFreight: [
                    FreightRequest(warehouse: "app", direct: upstream.isEmpty, stages: upstream)
                ],
                promotion: .steps([
                    StepTemplate(uses: "git-push", alias: "step-1", config: .map([:]), place: Self.place)
                ]),
                place: Self.place
            )
        }
        // Their branches have been looked at, and bear nothing of a state that was lost.
        for stage in stages { state.stages[stage.key] = StageRecord(key: stage.key) }
        let policies = automatic.map {
            PromotionPolicy(
                selector: StageSelector(name: .exact($0)),
                autoPromotionEnabled: true,
                place: Self.place
            )
        }
        pipelines = Pipelines(projects: [
            "shop": Project(
                name: "shop",
                promotionPolicies: policies,
                warehouses: ["app": warehouse],
                stages: Dictionary(uniqueKeysWithValues: stages.map { ($0.key.name, $0) })
            )
        ])
    }

    func stage(_ name: String) -> StageKey { StageKey(project: "shop", name: name) }

    static func digest(_ digit: Character) -> String { "sha256:" + String(repeating: digit, count: 64) }

    /// An event of one tag, decided on the state.
    @discardableResult
    mutating func receive(
        _ tag: String,
        digest: String? = World.digest("a"),
        isEvidence: Bool = true,
        scope: SourceScope? = nil,
        answers: [Confirmation: Confirmation.Answer] = [:]
    ) -> Intake.Decision {
        now = now + .seconds(1)
        let intake = Intake(pipelines: pipelines, now: now, answers: answers, sha1: { SHA1.hash($0) })
        let event = Event.image(
            ImageEvent(image: ImageKey(normalised: Self.image), tags: [tag], digest: digest, occurredAt: now)
        )
        let source = EventSource(
            receiver: "hook",
            scope: scope,
            projects: nil,
            isEvidence: isEvidence,
            receivedAt: now,
            name: "hook delivery 1"
        )
        let result = intake.decide(event, from: source, on: state, matcher: matcher)
        state.apply(result.changes)
        return result
    }

    @discardableResult
    mutating func dispatch() -> Dispatch.Result {
        var random: UInt64 = 1
        let result = Dispatch(pipelines: pipelines, mode: .promote, now: now)
            .decide(on: state, matcher: matcher, names: &names) {
                random &+= 1
                return random
            }
        state.apply(result.changes)
        return result
    }

    /// Ends the promotion at the head of the stage's queue.
    mutating func finish(_ stage: String, _ phase: PromotionPhase = .succeeded, message: String = "") {
        guard var record = state.openPromotions(of: self.stage(stage)).first else { return }
        record.phase = phase
        record.message = message
        let stage = pipelines.stage(record.stage)
        state.apply(PromotionOutcome.changes(after: record, stage: stage, state: state, now: now))
    }

    /// As if a push of the promotion had been begun.
    mutating func beginPush(of promotion: PromotionID) {
        let commit = PushIntent.Commit(id: .zero, promotion: promotion)
        state.intents["i"] = PushIntent(
            id: "i",
            project: "shop",
            remote: "https://git.example.com/a",
            insecureSkipTLSVerify: false,
            branches: [PushIntent.Branch(branch: "test", old: .zero, commits: [commit])],
            createdAt: now
        )
    }

    func open(_ stage: String) -> [PromotionRecord] { state.openPromotions(of: self.stage(stage)) }

    func freight(_ tag: String) -> FreightRecord? {
        state.freight.values.first { $0.freight.images.first?.tag == tag }
    }
}
