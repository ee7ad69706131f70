import HoistwayModel
import HoistwayPorts

/// The condition of `hoistway wait`.
enum WaitCondition: Equatable {
    case phase(String)
    case healthy
    /// `nil`: in the stage itself, or of freight in any stage.
    case verified(stage: String?)

    /// Whether the condition is true for a thing.
    enum Standing: Equatable {
        case met
        /// What is missing, in a few words.
        case waiting(String)
        /// It cannot become true, and why.
        case never(String)
    }

    init(_ text: String, of kind: ThingKind) throws(CommandFailure) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let value = parts.count == 2 ? parts[1] : nil
        switch (parts[0], value, kind) {
        case ("phase", let phase?, .promotion):
            self = .phase(try PhaseNames.known(phase, among: PhaseNames.promotion))
        case ("phase", let phase?, .stage):
            self = .phase(try PhaseNames.known(phase, among: PhaseNames.stage))
        case ("healthy", nil, .stage): self = .healthy
        case ("verified", nil, .stage): self = .verified(stage: nil)
        case ("verified", let stage, .freight) where stage != "": self = .verified(stage: stage)
        default:
            throw .usage(
                "--for=\(SafeText.line(text)) is no condition for a \(kind.rawValue)",
                hint: "write --for=phase=Succeeded for a promotion; --for=phase=…, healthy or verified for a stage; "
                    + "--for=verified or verified=STAGE for freight"
            )
        }
    }

    /// The condition without `--for`.
    static func usual(of kind: ThingKind) throws(CommandFailure) -> WaitCondition {
        switch kind {
        case .promotion: .phase(PromotionPhase.succeeded.rawValue)
        case .stage: .healthy
        case .freight: .verified(stage: nil)
        case .project, .warehouse, .delivery:
            throw .usage(
                "`hoistway wait` does not take a \(kind.rawValue)",
                hint: "wait for a promotion, a stage or freight"
            )
        }
    }

    func standing(of promotion: PromotionView) -> Standing {
        guard case .phase(let wanted) = self else { return .waiting("its phase") }
        if promotion.phase.rawValue == wanted { return .met }
        let state = "it is \(promotion.phase.rawValue), and not \(wanted)"
        return promotion.phase.isTerminal
            ? .never(promotion.message.isEmpty ? state : "\(state): \(promotion.message)") : .waiting(state)
    }

    func standing(of stage: StageView) -> Standing {
        if stage.state == .controlFlow, self != .phase(stage.phase) {
            return .never("it is a control flow stage: no freight stays in it")
        }
        switch self {
        case .phase(let wanted):
            return stage.phase == wanted
                ? .met : .waiting("it is \(stage.phase), and not \(wanted)")
        case .healthy:
            guard let health = stage.health, let status = health.status else {
                return .waiting("it has no health: nothing was promoted to it")
            }
            if status == .healthy { return .met }
            return .waiting("it is \(status.rawValue)" + (health.reason.isEmpty ? "" : ": \(health.reason)"))
        case .verified:
            guard !stage.contents.isEmpty else { return .waiting("there is no freight in it") }
            let missing = stage.contents.filter { !$0.isVerified }.map { "freight \($0.alias) is not verified in it" }
            return missing.isEmpty ? .met : .waiting(missing.joined(separator: ", "))
        }
    }

    func standing(of freight: FreightView) -> Standing {
        guard case .verified(let stage) = self else { return .waiting("its verification") }
        guard let stage else {
            return freight.verifiedIn.isEmpty ? .waiting("it is verified in no stage") : .met
        }
        if freight.verifiedIn.contains(stage) { return .met }
        if let failed = freight.failedIn?[stage] { return .waiting("it does not work in \(stage): \(failed.reason)") }
        return .waiting("it is not verified in \(stage)")
    }
}
