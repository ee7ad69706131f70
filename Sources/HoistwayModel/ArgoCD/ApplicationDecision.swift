/// The next action of `argocd-update` for one Application that is authorised and has the sources to change.
///
/// It follows Kargo's table, with three differences:
///
/// - A present `operation` counts as running, since the controller has not accepted it yet.
/// - A failed operation of this promotion is a failure, and is not started again.
/// - The owner of an operation is identified by the promotion and step that it names, not by the marker alone.
package enum ApplicationDecision: Sendable, Equatable {
    /// Update and synchronise; with the reason.
    case start(String)
    /// An operation is in progress; the end of a sentence with its owner and Argo CD's message.
    case wait(String)
    /// An operation of this step has succeeded with these revisions; the caller must compare them with the desired
    /// ones.
    case synced(revisions: [String])
    /// An operation of this step ended in another way, with Argo CD's message.
    case failed(String)

    /// - Parameters:
    ///   - step: the alias of the present step.
    ///   - knows: whether this state has a promotion of that name.
    package static func of(
        _ application: Application,
        promotion: PromotionID,
        step: String,
        knows: (PromotionID) -> Bool
    ) -> ApplicationDecision {
        if let pending = application.pendingOperation {
            let state = application.status.operation
            // A running operation is resumed first, and the pending request waits for its end.
            let present = state.map { $0.isRunning ? $0.operation : pending } ?? pending
            let phase = state.flatMap { $0.isRunning ? $0.phase : nil } ?? "not begun yet"
            let message = state.flatMap { $0.isRunning ? $0.message : nil } ?? ""
            return .wait(sentence(OperationOwner(present, promotion, step, knows), phase, message))
        }
        guard let state = application.status.operation else { return .start("it has no operation yet") }
        let owner = OperationOwner(state.operation, promotion, step, knows)
        guard !state.isRunning else { return .wait(sentence(owner, state.phase, state.message)) }
        guard owner == .thisStep else { return .start("its last operation was \(owner.possessive)") }
        guard state.phase == "Succeeded" else {
            return .failed(state.message.isEmpty ? "Argo CD gives no reason" : state.message)
        }
        guard let revisions = state.syncedRevisions else { return .start("its operation ended without a result") }
        return .synced(revisions: revisions)
    }

    private static func sentence(_ owner: OperationOwner, _ phase: String, _ message: String) -> String {
        let words = message.isEmpty ? "" : ": \(ArgoCDText.line(message))"
        let state = phase.isEmpty ? "Running" : phase
        switch owner {
        case .thisStep: return "its sync is \(state)\(words)"
        default: return "\(owner.subject) is under way there (\(state)\(words))"
        }
    }
}

/// Who requested an operation.
package enum OperationOwner: Sendable, Equatable {
    case thisStep
    /// Another step of the same promotion, by its alias.
    case otherStep(String)
    case otherPromotion(PromotionID)
    /// A person, another program, or Argo CD itself, with the name in the operation.
    case somebody(String)

    package init(
        _ operation: ApplicationOperation,
        _ promotion: PromotionID,
        _ step: String,
        _ knows: (PromotionID) -> Bool
    ) {
        guard let name = operation.info[ApplicationOperation.promotionInfo] else {
            self = .somebody(operation.initiator)
            return
        }
        let id = PromotionID(name)
        if id == promotion {
            let other = operation.info[ApplicationOperation.stepInfo].flatMap { $0 == step ? nil : $0 }
            self = other.map(OperationOwner.otherStep) ?? .thisStep
        } else if knows(id) {
            self = .otherPromotion(id)
        } else {
            // The promotion belongs to Kargo, or to another Hoistway.
            self = .somebody(operation.initiator.isEmpty ? "the promotion \(name)" : operation.initiator)
        }
    }

    fileprivate var possessive: String {
        switch self {
        case .thisStep: "this step's"
        case .otherStep(let alias): "that of the step \(ShownText.bare(alias))"
        case .otherPromotion: "another promotion's"
        case .somebody: "not this promotion's"
        }
    }

    fileprivate var subject: String {
        switch self {
        case .thisStep: "this step's operation"
        case .otherStep(let alias): "the operation of the step \(ShownText.bare(alias))"
        case .otherPromotion(let id): "the operation of the promotion \(id)"
        case .somebody(let name) where name.isEmpty: "an operation of somebody else"
        case .somebody(let name): "an operation of \(ShownText.bare(name))"
        }
    }
}
