import HoistwayModel
import HoistwayPorts

/// What pages are shown of: pipelines as values.
struct Scene: Sendable {
    static let now = Timestamp(seconds: 1_795_257_660)

    var projects: [ProjectView] = []
    var attention = AttentionView(
        failed: .init([]),
        awaitsAcceptance: .init([]),
        paused: [:],
        drifted: .init([]),
        stuck: .init([]),
        unhealthy: .init([])
    )
    var deliveries: [StoredDelivery] = []
    var traces: [Int64: [String]] = [:]
    var warehouses: [WarehouseView] = []
    var activity: [ActivityView] = []
    var manifests: [ManifestSourceView] = []
    var searches: [String: SearchView] = [:]
    /// What pages of pipelines are made of.
    var shop = Shop()
    /// Every question fails with it.
    var failure: StoreFailure?
}

extension Scene {
    /// Three projects with stages in every state, deliveries of each sort, and a warehouse whose last look failed.
    static func filled() -> Scene {
        var scene = Scene()
        scene.projects = [
            project("checkout", states: [.failed, .awaitsAcceptance, .paused, .freightLost, .unhealthy, .stuck]),
            project("guestbook", states: [.promoting, .pending, .progressing, .ready, .empty, .controlFlow]),
            project("payments", states: [.ready, .ready], mode: .observe),
        ]
        scene.projects.append(Shop.project())
        scene.shop = .filled()
        scene.attention.failed = .init([item("checkout", "stage-0", "push to stage/prod refused: it has moved")])
        scene.attention.drifted = .init([item("checkout", "stage-2", "stage/uat is at 0123456, not at 89abcde")])
        scene.attention.paused = [
            PauseView.Kind.drift.rawValue: .init([item("checkout", "stage-2", "a branch is not where it was left")])
        ]
        scene.deliveries = (1...7).map { number in
            let states: [DeliveryState] = [.done, .failed, .waiting, .ignored, .received, .done, .done]
            return delivery(Int64(number), states[number - 1])
        }
        scene.traces[2] = ["the body is not JSON", "nothing was decided"]
        scene.warehouses = [warehouse("checkout", "main"), warehouse("guestbook", "main")]
        scene.activity = (1...3).reversed().map { number in
            var record = AuditRecord(
                id: Int64(number),
                at: now + .seconds(-60 * (4 - number)),
                actor: "ann",
                action: number == 2 ? "sign in" : "promote",
                detail: "brave-otter to stage-1",
                project: number == 2 ? nil : "guestbook",
                object: number == 2 ? nil : AuditObject(.stage, "stage-1")
            )
            if number == 1 { record.outcome = .failed }
            return ActivityView(record)
        }
        return scene
    }

    static func project(_ name: String, states: [StageState], mode: PromotionMode? = nil) -> ProjectView {
        ProjectView(
            name: name,
            mode: mode,
            stages: states.enumerated().map { stage(name, "stage-\($0.offset)", $0.element) },
            stageCount: states.count,
            counts: states.reduce(into: [:]) { $0[$1, default: 0] += 1 },
            warehouses: ["main"]
        )
    }

    static func stage(_ project: String, _ name: String, _ state: StageState) -> StageSummaryView {
        let isThere = state != .empty && state != .controlFlow
        return StageSummaryView(
            project: project,
            name: name,
            mode: .promote,
            autoPromotion: true,
            state: state,
            since: now + .seconds(-180),
            contents: isThere ? [content(version: "1.4.\(name.utf8.count)")] : []
        )
    }

    static func content(version: String, alias: String = "brave-otter") -> StageContentView {
        StageContentView(
            warehouse: "main",
            freight: "0123456789012345678901234567890123456789",
            alias: alias,
            artifacts: [image(version)],
            since: now + .seconds(-180),
            promotion: "stage-1.01m7yyqavt3mswwbmne0hmhgey.0123456",
            isVerified: true
        )
    }

    static func image(_ tag: String, repository: String = "registry.example.com/acme/guestbook") -> ArtifactView {
        ArtifactView(
            .image(
                ImageArtifact(repoURL: repository, tag: tag, digest: "sha256:\(String(repeating: "ab", count: 32))")
            )
        )
    }

    static func item(_ project: String, _ stage: String, _ reason: String) -> AttentionView.Item {
        AttentionView.Item(
            project: project,
            stage: stage,
            promotion: "p1",
            freight: "0123456789",
            alias: "brave-otter",
            since: now + .seconds(-240),
            reason: reason
        )
    }

    static func delivery(_ number: Int64, _ state: DeliveryState, receiver: String = "hook-guestbook") -> StoredDelivery
    {
        StoredDelivery(
            id: DeliveryID(number),
            receiver: receiver,
            senderID: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            headers: [HeaderLine("x-github-event", "push")],
            body: [],
            receivedAt: now + .seconds(-30 * Int(8 - number)),
            verdict: "github-hmac-sha256#0",
            isEvidence: true,
            state: state,
            reason: "freight brave-otter formed by warehouse main",
            attempts: 1,
            failureKind: state == .failed ? .sender : nil,
            decisions: []
        )
    }

    static func warehouse(_ project: String, _ name: String) -> WarehouseView {
        WarehouseView(
            project: project,
            name: name,
            subscriptions: ["image registry.example.com/acme/guestbook: 1.4.2"],
            lastLook: now + .seconds(-300),
            outcome: project == "checkout" ? .failed : .done,
            failures: project == "checkout" ? ["registry.example.com/acme/guestbook did not answer"] : [],
            nextLook: now + .seconds(300),
            intervalSeconds: 600
        )
    }
}
