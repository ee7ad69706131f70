import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What becomes of a push follows from what was found, without any I/O.
struct PushVerdictTests {
    private static let old = ObjectID("1111111111111111111111111111111111111111") ?? .zero
    private static let new = ObjectID("2222222222222222222222222222222222222222") ?? .zero

    private static func push() -> JudgedPush {
        let outgoing = OutgoingBranch(remote: InMemoryGitRemote(), branch: "test", base: old, commits: [new])
        return JudgedPush(
            need: PushNeed(alias: "push", outgoing: outgoing, targetBranch: "test", path: "out", subject: "s"),
            outcome: BranchOutcome(
                remote: "https://git.test/ops.git",
                branch: "test",
                before: old,
                commit: new,
                tree: new,
                subject: "s",
                pushed: false
            )
        )
    }

    private static func name(_ verdict: PushInspection.Verdict) -> String {
        switch verdict {
        case .nothingToPush: "nothing"
        case .retry: "retry"
        case .refused(_, let objection): "refused: \(objection.text)"
        case .observed: "observed"
        case .push: "push"
        }
    }

    private static func verdict(
        _ mode: PromotionMode = .promote,
        objection: String? = nil,
        standing: BranchStanding = .asLeft,
        present: ObjectID? = old
    ) -> String {
        var inspection = PushInspection(push(), objection: objection.map { PushGuard.Objection($0) })
        inspection.standing = standing
        return name(inspection.verdict(mode: mode, asked: old, present: present))
    }

    @Test func `an objection refuses, in every mode; without one the mode decides`() {
        #expect(Self.verdict() == "push")
        #expect(Self.verdict(.observe) == "observed")
        #expect(Self.verdict(objection: "no") == "refused: no")
        #expect(Self.verdict(.observe, objection: "no") == "refused: no")
        #expect(Self.name(PushInspection(nil).verdict(mode: .promote, asked: Self.old, present: Self.new)) == "nothing")
    }

    @Test func `drift counts only where nobody here has pushed the branch since the remotes were asked`() {
        let drift = BranchStanding.rewritten(from: Self.old, to: Self.new)
        #expect(Self.verdict(objection: "drift", standing: drift) == "refused: drift")
        #expect(Self.verdict(objection: "drift", standing: drift, present: Self.new) == "retry")
        // What is no drift is judged as it is, whoever has pushed.
        #expect(Self.verdict(objection: "limit", standing: .ahead([]), present: Self.new) == "refused: limit")
    }

    @Test func `others are looked at once a batch, and only where something is pushed`() {
        var facts = BranchFacts(tip: Self.new, isOurs: false, found: .ahead([]), foreign: .none)
        #expect(
            PushEffect.first(of: facts, mode: .promote) == [
                .noteSecondWriters(.ahead([]), at: Self.new), .checkFreight(.ahead([]), at: Self.new),
            ]
        )
        #expect(PushEffect.first(of: facts, mode: .observe).isEmpty)
        facts.isOurs = true
        #expect(PushEffect.first(of: facts, mode: .promote).isEmpty)
        #expect(facts.standing == .asLeft)
        facts.isOurs = false
        facts.found = .asLeft
        #expect(PushEffect.first(of: facts, mode: .promote) == [.noteSecondWriters(.asLeft, at: Self.new)])
    }
}
