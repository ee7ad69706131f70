import FoundationEssentials
import HoistwayModel
import HoistwayPorts

/// One pipeline with all that its pages show: two warehouses, five stages, three pieces of freight.
struct Shop: Sendable {
    var graphs: [String: GraphView] = [:]
    var stages: [StageKey: StageView] = [:]
    var freight: [FreightView] = []
    /// By freight.
    var places: [String: [AvailabilityView.Stage]] = [:]
    var promotions: [PromotionView] = []
    var previews: [PreviewView] = []
    /// How a preview is as soon as it is asked for.
    var newPreviews = PreviewView.State.succeeded
    /// By stage: why no preview of it can be made.
    var refusals: [String: String] = [:]

    static let names = ["dev", "staging", "prod-eu", "prod-us", "audit"]
    static let now = Scene.now

    static func id(_ number: Int) -> String { String(repeating: String(number), count: 40) }

    static func object(_ number: Int) -> ObjectID { ObjectID(id(number)) ?? .zero }

    static func filled() -> Shop {
        var shop = Shop()
        shop.graphs["shop"] = graph()
        shop.freight = (1...3).map(freight)
        shop.promotions = [
            promotion(of: "staging", .running, number: 1), promotion(of: "prod-eu", .failed, number: 2),
            promotion(of: "prod-us", .succeeded, number: 3), accepting(),
        ]
        for name in names { shop.stages[StageKey(project: "shop", name: name)] = stage(name) }
        shop.places[id(3)] = [
            place("dev", .present, "promoted"), place("staging", .onItsWay, "step 3 of 5 runs"),
            place("prod-eu", .available, "verified in staging", canPromote: true),
            place("prod-us", .notYet, "soaked 12 m of 60 m in staging", until: now + .seconds(2880)),
        ]
        shop.places[id(1)] = [
            place("dev", .past, "verified in nothing: taken from warehouse web", canPromote: true, isRollback: true)
        ]
        var preview = shop.preview(of: id(3), to: StageKey(project: "shop", name: "prod-eu"), number: 0)
        preview.state = .succeeded
        shop.previews = [preview]
        return shop
    }

    // MARK: Graph

    static func graph() -> GraphView {
        func warehouse(_ name: String) -> GraphView.Node { .init(kind: .warehouse, name: name) }
        func stage(_ name: String) -> GraphView.Node { .init(kind: .stage, name: name) }
        return GraphView(
            project: "shop",
            warehouses: ["config", "web"],
            stages: names.map { .init(name: $0, labels: [:], color: nil, isControlFlow: $0 == "audit") },
            edges: [
                .init(from: warehouse("web"), to: stage("dev"), warehouse: "web"),
                .init(from: warehouse("config"), to: stage("dev"), warehouse: "config"),
                .init(from: stage("dev"), to: stage("staging"), warehouse: "web"),
                .init(from: stage("staging"), to: stage("prod-eu"), warehouse: "web"),
                .init(from: stage("staging"), to: stage("prod-us"), warehouse: "web"),
                .init(from: stage("prod-us"), to: stage("audit"), warehouse: "web"),
            ]
        )
    }

    static func project() -> ProjectView {
        let stages = names.map(summary)
        return ProjectView(
            name: "shop",
            mode: nil,
            stages: stages,
            stageCount: stages.count,
            counts: stages.reduce(into: [:]) { $0[$1.state, default: 0] += 1 },
            warehouses: ["config", "web"]
        )
    }

    static func state(of name: String) -> StageState {
        switch name {
        case "dev": .ready
        case "staging": .promoting
        case "prod-eu": .failed
        case "prod-us": .pending
        default: .controlFlow
        }
    }

    static func summary(_ name: String) -> StageSummaryView {
        let number = name == "dev" ? 3 : 2
        return StageSummaryView(
            project: "shop",
            name: name,
            mode: .promote,
            autoPromotion: true,
            state: state(of: name),
            since: now + .seconds(-3 * 3600),
            reason: reason(of: name),
            contents: name == "audit" ? [] : [content(number)],
            health: name == "dev" ? .healthy : nil,
            openPromotion: name == "staging" ? open(promotion(of: name, .running, number: 1)) : nil,
            lastPromotion: name == "prod-eu" ? open(promotion(of: name, .failed, number: 2)) : nil
        )
    }

    static func reason(of name: String) -> String {
        switch name {
        case "prod-eu": "push to stage/prod-eu refused: it has moved"
        case "prod-us": "lucky-crane waits: soaked 12 m of 60 m in staging"
        default: ""
        }
    }

    static func content(_ number: Int) -> StageContentView {
        StageContentView(
            warehouse: "web",
            freight: id(number),
            alias: alias(number),
            artifacts: [Scene.image("1.5.\(number)")],
            since: now + .seconds(-7200),
            promotion: promotion(of: "prod-us", .succeeded, number: 3).id,
            isVerified: true
        )
    }

    // MARK: Stages

    static func stage(_ name: String) -> StageView {
        let summary = summary(name)
        let isEU = name == "prod-eu"
        return StageView(
            project: "shop",
            name: name,
            mode: isEU ? .observe : .promote,
            current: [],
            autoPromotion: true,
            promotion: summary.openPromotion?.id,
            phase: summary.openPromotion?.phase.rawValue ?? "",
            waiting: 0,
            reason: Self.standing(of: name),
            pauses: isEU
                ? [
                    PauseView(
                        kind: .drift,
                        reason: "stage/prod-eu is at 0123456, not at 89abcde",
                        since: now + .seconds(-600),
                        endedBy: "hoistway adopt shop/prod-eu"
                    )
                ] : [],
            drift: isEU ? ["stage/prod-eu is at 0123456, not at 89abcde"] : [],
            health: name == "dev" ? health() : nil,
            state: summary.state,
            upstream: name == "dev" ? [UpstreamView(FreightRequest(warehouse: "web", direct: true))] : [upstream],
            contents: summary.contents,
            branches: [
                StageBranchView(
                    repository: "https://git.example.com/acme/shop.git",
                    name: "stage/\(name)",
                    head: id(4),
                    drift: isEU ? .init(found: id(5)) : nil,
                    url: "https://git.example.com/acme/shop/commit/\(id(4))"
                )
            ],
            openPromotion: summary.openPromotion,
            lastPromotion: summary.lastPromotion,
            failure: summary.lastPromotion?.failure,
            verdicts: name == "audit" ? [] : [verdict()].compactMap(\.self),
            autoPromotionReason: "auto-promotion is on for \(name) (pipelines/shop.yaml:12:5)"
        )
    }

    private static func standing(of name: String) -> String {
        switch name {
        case "dev": "lucky-crane is there"
        case "prod-eu": "lucky-crane is available, and paused"
        case "audit": ""
        default: "lucky-crane is not available yet"
        }
    }

    private static let upstream = UpstreamView(
        FreightRequest(warehouse: "web", stages: ["staging"], requiredSoak: .seconds(3600))
    )

    /// Only the dispatcher makes one: here it comes from its JSON.
    static func verdict() -> VerdictView? {
        let text = """
            {"warehouse":"web","freight":"\(id(3))","alias":"lucky-crane","kind":"notAvailable",\
            "reason":"lucky-crane has not soaked in staging for long enough","rules":[\
            {"name":"manifests","answer":"passes","reason":"all manifests are read"},\
            {"name":"available","answer":"blocks","reason":"soaked 12 m of 60 m in staging"},\
            {"name":"automatic","answer":"notAsked","reason":""}]}
            """
        return try? JSONDecoder().decode(VerdictView.self, from: Data(text.utf8))
    }

    /// Only the engine makes one: here it comes from its JSON.
    static func health() -> StageHealth? {
        let seconds = now.rfc3339
        let text = """
            {"status":"Healthy","since":"\(seconds)","reason":"","isReady":true,"notReady":"","applications":[\
            {"cluster":"east","namespace":"argocd","name":"shop-dev","status":"Healthy","reason":"","since":"\(seconds)"}]}
            """
        return try? JSONDecoder().decode(StageHealth.self, from: Data(text.utf8))
    }

    // MARK: Freight

    static func alias(_ number: Int) -> String { ["", "calm-heron", "brave-otter", "lucky-crane"][number % 4] }

    static func freight(_ number: Int) -> FreightView {
        FreightView(
            id: id(number),
            alias: alias(number),
            project: "shop",
            warehouse: "web",
            artifacts: [],
            discoveredAt: now + .seconds(-3600 * Int64(4 - number)),
            cause: "push of registry.example.com/acme/shop:1.5.\(number)",
            currentlyIn: [],
            verifiedIn: [],
            approvedFor: [],
            contents: [Scene.image("1.5.\(number)"), commit(number)],
            trail: []
        )
    }

    static func commit(_ number: Int) -> ArtifactView {
        ArtifactView(
            .commit(
                CommitArtifact(
                    repoURL: "https://github.com/acme/shop.git",
                    id: object(number),
                    branch: "main",
                    message: "Change number \(number)"
                )
            )
        )
    }

    static func place(
        _ stage: String,
        _ state: FreightPlaceView.State,
        _ reason: String,
        until: Timestamp? = nil,
        canPromote: Bool = false,
        isRollback: Bool = false
    ) -> AvailabilityView.Stage {
        AvailabilityView.Stage(
            place: FreightPlaceView(stage: stage, state: state, reason: reason, until: until),
            canPromote: canPromote,
            present: content(stage == "dev" ? 3 : 2),
            isRollback: isRollback
        )
    }

    // MARK: Promotions

    static func record(of stage: String, _ phase: PromotionPhase, number: Int) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("\(stage).01m7yyqavt3mswwbmne0hmhg\(10 + number).3333333"),
            stage: StageKey(project: "shop", name: stage),
            freight: FreightID(id(3)),
            collection: ["web": FreightID(id(3))],
            actor: .person("ann"),
            reason: "asked for",
            steps: ["git-clone", "kustomize-set-image", "git-commit", "git-push", "argocd-update"].map {
                StepTemplate(uses: $0, alias: $0, config: .null, place: SourcePlace(file: "m.yaml", line: 1, column: 1))
            },
            mode: .promote,
            createdAt: now + .seconds(-120)
        )
        record.phase = phase
        record.startedAt = now + .seconds(-110)
        record.finishedAt = phase.isTerminal ? now + .seconds(-60) : nil
        record.stepRecords = [
            StepRecord(
                alias: "git-clone",
                uses: "git-clone",
                status: .succeeded,
                startedAt: now + .seconds(-110),
                finishedAt: now + .seconds(-100)
            ),
            StepRecord(
                alias: "git-push",
                uses: "git-push",
                status: phase == .failed ? .failed : phase == .running ? .running : .succeeded,
                message: phase == .failed ? "the branch has moved" : "",
                startedAt: now + .seconds(-100)
            ),
        ]
        if phase == .failed {
            record.message = "push refused"
            record.failure = FailureRecord(
                .drift,
                kind: .refused,
                message: "push to stage/prod-eu refused: it has moved",
                hint: "adopt the branch"
            )
        }
        record.branches = [outcome(of: stage, pushed: phase == .succeeded)]
        return record
    }

    static func promotion(of stage: String, _ phase: PromotionPhase, number: Int) -> PromotionView {
        view(record(of: stage, phase, number: number))
    }

    static func view(_ record: PromotionRecord) -> PromotionView {
        var view = PromotionView(record, summary: "shop 1.5.3", freight: known)
        view.results = [
            StepResult(
                alias: "git-push",
                outputs: [
                    "commit": .string(id(4)), "pr": .map(["url": .string("https://github.com/acme/shop/pull/7")]),
                ],
                config: .map(["path": .string("./out"), "token": .string("***")])
            )
        ]
        return view
    }

    /// Ended by the stage's limits: a person may accept it.
    static func accepting() -> PromotionView {
        var record = record(of: "prod-eu", .failed, number: 4)
        record.failure = FailureRecord(.limits, message: "12 files would be deleted; the limit is 0", hint: "accept it")
        return view(record)
    }

    /// Made from preview `pv0`, and stopped since the branch gives another difference by now.
    static func outdated() -> PromotionView {
        func push(_ digit: Character) -> PreviewedPushes.Push {
            PreviewedPushes.Push(
                step: "git-push",
                remote: "https://github.com/acme/shop.git",
                branch: "stage/prod-eu",
                kind: .branch,
                digest: String(repeating: digit, count: 64)
            )
        }
        let shown = PreviewedPushes(preview: "pv0", pushes: [push("d")], unknown: [])
        var record = record(of: "prod-eu", .failed, number: 5)
        record.previewed = shown
        record.outdated = OutdatedPreview(preview: "pv0", branches: shown.differences(from: [push("e")]))
        record.failure = FailureRecord(
            .previewOutdated,
            message: record.outdated?.message(pushed: []) ?? "",
            hint: OutdatedPreview.hint
        )
        return view(record)
    }

    static func open(_ view: PromotionView) -> StagePromotionView {
        StagePromotionView(record(of: view.stage, view.phase, number: 1), alias: "lucky-crane")
    }

    private static let known = Freight(
        id: FreightID(id(3)),
        alias: "lucky-crane",
        origin: WarehouseKey(project: "shop", name: "web"),
        artifacts: [],
        discoveredAt: now
    )

    static let diff = """
        diff --git a/prod/kustomization.yaml b/prod/kustomization.yaml
        index 1111111..2222222 100644
        --- a/prod/kustomization.yaml
        +++ b/prod/kustomization.yaml
        @@ -3,4 +3,4 @@ images:
           name: shop
        -  newTag: 1.5.2
        +  newTag: 1.5.3
           password: '***'
        \u{20} owner: \u{202E}evil

        """

    static func outcome(of stage: String = "prod-eu", pushed: Bool) -> BranchOutcome {
        BranchOutcome(
            remote: "https://github.com/acme/shop.git",
            branch: "stage/\(stage)",
            before: object(4),
            commit: object(5),
            tree: object(6),
            subject: "Promote lucky-crane",
            diff: diff,
            pushed: pushed,
            step: "git-push"
        )
    }

    // MARK: Previews

    func preview(of freight: String, to stage: StageKey, number: Int) -> PreviewView {
        let known = self.freight.first { $0.id == freight || $0.alias == freight }
        var view = PreviewView(
            id: "pv\(number)",
            stage: stage,
            freight: Freight(
                id: FreightID(known?.id ?? freight),
                alias: known?.alias ?? freight,
                origin: WarehouseKey(project: stage.project, name: "web"),
                artifacts: [
                    .commit(
                        CommitArtifact(
                            repoURL: "https://github.com/acme/shop.git",
                            id: Self.object(3),
                            branch: "main",
                            message: "Change number 3"
                        )
                    )
                ],
                discoveredAt: Self.now
            ),
            actor: "promote",
            mode: .promote,
            state: .running,
            message: "",
            createdAt: Self.now + .seconds(-5),
            rollback: .init(isRollback: false, reason: "It is newer than brave-otter."),
            replacement: .init(
                when: .withNewFreight,
                reason: "Automatic promotion replaces it when newer freight is available."
            )
        )
        view.expiresAt = Self.now + .seconds(1800)
        view.warnings = ["The stage's branch holds files that nobody promoted."]
        view.unknown = ["The number of the pull request."]
        var change = PreviewView.ArtifactChange(
            warehouse: "web",
            kind: .commit,
            repository: "https://github.com/acme/shop.git"
        )
        change.old = Self.id(2)
        change.new = Self.id(3)
        view.artifacts = [change]
        var branch = PreviewView.Branch(Self.outcome(pushed: false), isPushed: true)
        branch.digest = String(repeating: "d", count: 64)
        branch.changedFiles = 1
        branch.files = [
            FileDifference(path: "prod/kustomization.yaml", change: .changed, added: 1, removed: 1, diff: Self.diff)
        ]
        view.branches = [branch]
        return view
    }
}
