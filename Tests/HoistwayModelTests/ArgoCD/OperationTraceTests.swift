import HoistwayModel
import Testing

/// What an Application shows of the sync of a promotion that was ended in the middle of its write.
struct OperationTraceTests {
    private static let this = PromotionID("test.this")
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func operation(_ promotion: String) -> ApplicationOperation {
        ApplicationOperation(info: [ApplicationOperation.promotionInfo: promotion])
    }

    private static func trace(
        _ state: Application.OperationState?,
        pending: ApplicationOperation? = nil,
        since start: Timestamp? = start
    ) -> OperationTrace {
        let application = Application(
            key: ApplicationKey(namespace: "argocd", name: "web"),
            sources: [],
            pendingOperation: pending,
            status: Application.Status(operation: state)
        )
        return OperationTrace(on: application, promotion: this, step: "update", since: start)
    }

    private static func state(_ promotion: String, at start: Timestamp?) -> Application.OperationState {
        Application.OperationState(phase: "Failed", startedAt: start, operation: operation(promotion))
    }

    @Test func `its own operation shows that it was asked for, begun or not`() {
        #expect(Self.trace(nil, pending: Self.operation("test.this")) == .found("not begun yet"))
        #expect(Self.trace(Self.state("test.this", at: Self.start)) == .found("Failed"))
    }

    @Test func `nothing, or an operation that is older than the step, shows that it was not asked for`() {
        #expect(Self.trace(nil) == .absent)
        #expect(Self.trace(Self.state("test.other", at: Self.start + .seconds(-1))) == .absent)
    }

    @Test func `a later operation of somebody else leaves it open`() {
        #expect(Self.trace(nil, pending: Self.operation("test.other")) == .covered)
        #expect(Self.trace(Self.state("test.other", at: Self.start + .seconds(1))) == .covered)
        #expect(Self.trace(Self.state("test.other", at: nil)) == .covered)
        #expect(Self.trace(Self.state("test.other", at: Self.start), since: nil) == .covered)
    }

    @Test func `each Application is named with what was found on it`() {
        let keys = ["a", "b", "c"].map { ApplicationKey(namespace: "argocd", name: $0) }
        #expect(
            OperationTrace.text(of: [keys[0]: .found("Running"), keys[1]: .absent, keys[2]: .covered])
                == "its sync was asked for on argocd/a (Running); no sync was asked for on argocd/b; whether a sync was "
                + "asked for on argocd/c is not known: another operation has begun there since"
        )
    }
}
