import Glibc
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Follows a promotion to its end, and prints on standard error what happens meanwhile.
struct PromotionFollow {
    let client: ConsoleClient
    /// Programs that read JSON from standard error want nothing else there.
    let isQuiet: Bool
    /// `nil`: none.
    let deadline: ContinuousClock.Instant?

    /// The promotion as it has ended.
    func end(of first: Answer<PromotionView>) async throws -> Answer<PromotionView> {
        var answer = first
        var lines = PromotionLines()
        let path = ["project": first.value.project, "promotion": first.value.id]
        let client = client.until(deadline)
        let (id, isQuiet) = (first.value.id, isQuiet)
        let follower = EventFollower(client: client, deadline: deadline) {
            if !isQuiet { Terminal.printError("promotion \(id) goes on; end it with: hoistway abort \(id)") }
            exit(ExitStatus.interrupted.rawValue)
        }
        let ending = try await follower.follow(isAbout: { $0.isAbout(.promotion, id) }) {
            answer = try await client.ask(.getPromotion, path, as: PromotionView.self)
            if !isQuiet { for line in lines.news(of: answer.value) { Terminal.printError(SafeText.line(line)) } }
            return !answer.value.phase.isTerminal
        }
        switch ending {
        case .done: return answer
        case .timedOut:
            throw CommandFailure.timedOut(
                "promotion \(id) has not ended: \(answer.value.news)",
                hint: "it goes on; `hoistway wait promotion \(id)` waits again, `hoistway abort \(id)` ends it"
            )
        }
    }
}

/// The changes of a promotion since the last look, one line each.
struct PromotionLines {
    private var told: [Int: StepRecord.Status] = [:]
    private var pulls: Set<String> = []
    private var wait = ""
    private var phase: PromotionPhase?

    mutating func news(of view: PromotionView) -> [String] {
        var lines: [String] = []
        if phase == nil {
            lines.append("promotion \(view.id) to \(view.project)/\(view.stage): \(view.phase.rawValue)")
        }
        phase = view.phase
        for (place, step) in view.steps.enumerated() where step.status != .pending && told[place] != step.status {
            told[place] = step.status
            let said = step.message.isEmpty ? "" : ": \(step.message)"
            lines.append("  step \(place + 1) of \(view.stepCount) \(step.uses) \(step.status.rawValue)\(said)")
        }
        for pull in view.openPulls where pulls.insert(pull.url).inserted {
            lines.append("\(view.id): pull request #\(pull.number) is open: \(pull.url)")
        }
        // It may wait for a person, who must read it here.
        if !view.phase.isTerminal, let line = view.waitLine, view.message != wait {
            lines.append(line)
            wait = view.message
        }
        return lines
    }
}
