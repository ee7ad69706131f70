import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// What was found out about a push before it is made.
struct PushInspection: Sendable {
    /// As it would be made; `nil` where nothing is left to push.
    var push: JudgedPush?
    /// What stands against it.
    var objection: PushGuard.Objection?
    /// How the branch was found, where that is worth remembering.
    var standing: BranchStanding = .asLeft
    /// What may surprise in it, a sentence each.
    var warnings: [String] = []
    /// What has to be noted whatever becomes of the push.
    var effects: [PushEffect] = []

    init(_ push: JudgedPush?, objection: PushGuard.Objection? = nil) {
        self.push = push
        self.objection = objection
    }

    /// What becomes of the push.
    enum Verdict: Sendable {
        case nothingToPush
        /// The branch moved since the remotes were asked: that is no drift, and all is built again.
        case retry
        case refused(JudgedPush, PushGuard.Objection)
        /// Observe mode: recorded, and not pushed.
        case observed(JudgedPush)
        case push(JudgedPush)
    }

    /// - Parameters:
    ///   - asked: the branch's recorded head before the remotes were asked.
    ///   - present: its recorded head now. A lane with another credential may have pushed meanwhile.
    func verdict(mode: PromotionMode, asked: ObjectID?, present: ObjectID?) -> Verdict {
        guard let push else { return .nothingToPush }
        if standing.drift != nil, asked != present { return .retry }
        if let objection { return .refused(push, objection) }
        return mode == .observe ? .observed(push) : .push(push)
    }
}

/// What is noted of a branch beside a push to it.
enum PushEffect: Sendable, Equatable {
    /// Another program has changed images of other stages: after our push, the branch no longer shows that.
    case noteSecondWriters(BranchStanding, at: ObjectID?)
    /// Commits of others may have taken other stages' freight away.
    case checkFreight(BranchStanding, at: ObjectID?)

    /// Those that the branch as it was found calls for.
    static func first(of facts: BranchFacts, mode: PromotionMode) -> [PushEffect] {
        guard !facts.isOurs, mode == .promote else { return [] }
        var effects: [PushEffect] = [.noteSecondWriters(facts.found, at: facts.tip)]
        if case .ahead = facts.found { effects.append(.checkFreight(facts.found, at: facts.tip)) }
        return effects
    }

    func apply(to key: BranchKey, remote: any GitRemote, stage: StageKey, core: EngineCore) async throws {
        switch self {
        case .noteSecondWriters(let standing, let tip):
            let known = await core.ledger.snapshot.branches[key]
            try await BranchWatch(remote: remote).noteOthers(standing, of: stage, known: known, at: tip, core: core)
        case .checkFreight(let standing, let tip):
            try await FreightWatch(core: core, remote: remote, branch: key).check(at: tip, standing, besides: stage)
        }
    }
}
