import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// The facts about a push before it is made.
struct PushInspection: Sendable {
    /// The push to make; `nil` if nothing is left to push.
    var push: JudgedPush?
    /// The objection to it.
    var objection: PushGuard.Objection?
    /// The standing of the branch, if it must be remembered.
    var standing: BranchStanding = .asLeft
    /// Warnings about it, one sentence each.
    var warnings: [String] = []
    /// Effects to apply whatever the verdict on the push is.
    var effects: [PushEffect] = []

    init(_ push: JudgedPush?, objection: PushGuard.Objection? = nil) {
        self.push = push
        self.objection = objection
    }

    /// The decision about the push.
    enum Verdict: Sendable {
        case nothingToPush
        /// The branch moved since the remotes were asked: that is no drift, and everything is built again.
        case retry
        case refused(JudgedPush, PushGuard.Objection)
        /// Observe mode: recorded, and not pushed.
        case observed(JudgedPush)
        case push(JudgedPush)
    }

    /// - Parameters:
    ///   - asked: the branch's recorded head before the remotes were asked.
    ///   - present: its recorded head now; a lane with another credential may have pushed in between.
    func verdict(mode: PromotionMode, asked: ObjectID?, present: ObjectID?) -> Verdict {
        guard let push else { return .nothingToPush }
        if standing.drift != nil, asked != present { return .retry }
        if let objection { return .refused(push, objection) }
        return mode == .observe ? .observed(push) : .push(push)
    }
}

/// What to record about a branch in addition to a push to it.
enum PushEffect: Sendable, Equatable {
    /// Another program has changed images of other stages: after Hoistway's push, the branch no longer shows that.
    case noteSecondWriters(BranchStanding, at: ObjectID?)
    /// Commits of others may have removed other stages' freight.
    case checkFreight(BranchStanding, at: ObjectID?)

    /// The effects for the branch's present standing.
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
