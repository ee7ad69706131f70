import HoistwayModel
import Testing

/// The table of `argocd-update`: what is done next about one Application.
struct ApplicationDecisionTests {
    private static let this = PromotionID("test.this")
    private static let other = PromotionID("test.other")

    /// - Parameter promotion: that the marker names; `nil`: there is no marker.
    private static func operation(_ promotion: String?, by name: String = "") -> ApplicationOperation {
        ApplicationOperation(
            initiator: name,
            info: promotion.map { [ApplicationOperation.promotionInfo: $0] } ?? ["Reason": "x"]
        )
    }

    private static func decide(
        _ state: Application.OperationState?,
        pending: ApplicationOperation? = nil
    ) -> ApplicationDecision {
        let application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            sources: [],
            pendingOperation: pending,
            status: Application.Status(operation: state)
        )
        return ApplicationDecision.of(application, promotion: this, step: "update") { $0 == this || $0 == other }
    }

    private static func state(
        _ phase: String,
        _ promotion: String?,
        by name: String = "",
        message: String = "",
        revisions: [String]? = ["r"]
    ) -> Application.OperationState {
        Application.OperationState(
            phase: phase,
            message: message,
            operation: operation(promotion, by: name),
            syncedRevisions: revisions
        )
    }

    @Test(
        arguments: [
            // 1: none yet.
            (nil, nil, ApplicationDecision.start("it has no operation yet")),
            // 2: somebody else's, running.
            (state("Running", nil, by: "ann"), nil, .wait("an operation of ann is under way there (Running)")),
            (
                state("Terminating", nil, message: "m"), nil,
                .wait("an operation of somebody else is under way there (Terminating: m)")
            ),
            (state("", nil, by: "ann"), nil, .wait("an operation of ann is under way there (Running)")),
            // 3: somebody else's, finished.
            (state("Succeeded", nil), nil, .start("its last operation was not this promotion's")),
            (state("Failed", nil), nil, .start("its last operation was not this promotion's")),
            (state("Error", nil), nil, .start("its last operation was not this promotion's")),
            // 4 and 5: another promotion's.
            (
                state("Running", "test.other"), nil,
                .wait("the operation of the promotion test.other is under way there (Running)")
            ),
            (state("Succeeded", "test.other"), nil, .start("its last operation was another promotion's")),
            (state("Failed", "test.other"), nil, .start("its last operation was another promotion's")),
            // One that this state does not know is somebody else's, even with Kargo's marker.
            (
                state("Running", "prod.unknown", by: "kargo-controller"), nil,
                .wait("an operation of kargo-controller is under way there (Running)")
            ),
            (
                state("Running", "prod.unknown"), nil,
                .wait("an operation of the promotion prod.unknown is under way there (Running)")
            ),
            (state("Succeeded", "prod.unknown"), nil, .start("its last operation was not this promotion's")),
            // 6: this promotion's, running.
            (state("Running", "test.this", message: "hook"), nil, .wait("its sync is Running: hook")),
            (state("Terminating", "test.this"), nil, .wait("its sync is Terminating")),
            // 7: without a result.
            (state("Succeeded", "test.this", revisions: nil), nil, .start("its operation ended without a result")),
            // 8 and 9: the revisions are to be compared; a failure is one, whatever the revisions say.
            (state("Succeeded", "test.this", revisions: ["a", "b"]), nil, .synced(revisions: ["a", "b"])),
            (state("Failed", "test.this", message: "no such image"), nil, .failed("no such image")),
            (state("Error", "test.this", message: "boom", revisions: nil), nil, .failed("boom")),
            (state("Failed", "test.this"), nil, .failed("Argo CD gives no reason")),
            // A present operation counts as running, whoever has asked for it.
            (nil, operation("test.this"), .wait("its sync is not begun yet")),
            (nil, operation(nil, by: "bob"), .wait("an operation of bob is under way there (not begun yet)")),
            (state("Succeeded", "test.this"), operation("test.this"), .wait("its sync is not begun yet")),
            (state("Succeeded", nil), operation("test.this"), .wait("its sync is not begun yet")),
            (
                state("Succeeded", "test.this"), operation("test.other"),
                .wait("the operation of the promotion test.other is under way there (not begun yet)")
            ),
            // Somebody else's is resumed before ours begins.
            (
                state("Running", nil, by: "ann"), operation("test.this"),
                .wait("an operation of ann is under way there (Running)")
            ),
            (state("Running", "test.this"), operation("test.this"), .wait("its sync is Running")),
        ] as [(Application.OperationState?, ApplicationOperation?, ApplicationDecision)]
    )
    func `each state of an operation has its action`(
        state: Application.OperationState?,
        pending: ApplicationOperation?,
        decision: ApplicationDecision
    ) {
        #expect(Self.decide(state, pending: pending) == decision)
    }

    @Test func `what another step of the promotion has begun is waited for, and counts as nothing afterwards`() {
        var own = Self.operation(Self.this.text)
        own.info[ApplicationOperation.stepInfo] = "update"
        var other = own
        other.info[ApplicationOperation.stepInfo] = "first"
        var state = Self.state("Succeeded", Self.this.text)
        state.operation = own
        #expect(Self.decide(state) == .synced(revisions: ["r"]))
        state.operation = other
        #expect(Self.decide(state) == .start("its last operation was that of the step first"))
        state.phase = "Running"
        #expect(Self.decide(state) == .wait("the operation of the step first is under way there (Running)"))
    }

    @Test(arguments: [(Actor.automatic, "hoistway", true), (.person("ann"), "ann", false)])
    func `the operation is automated exactly where nobody has asked`(actor: Actor, name: String, isAutomated: Bool) {
        var record = PromotionRecord(
            id: Self.this,
            stage: StageKey(project: "shop", name: "test"),
            freight: FreightID("f"),
            collection: [:],
            actor: actor,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 1)
        )
        record.message = ""
        let application = Application(key: ApplicationKey(namespace: "argocd", name: "web"), sources: [])
        let operation = ApplicationUpdate(of: record, step: "update", changes: [], to: application).operation
        #expect(operation.initiator == name && operation.isAutomated == isAutomated)
        #expect(operation.syncOptions.isEmpty && operation.retry == nil)
    }
}
