import HoistwayModel
import HoistwayPorts

/// `git-wait-for-pr`: waits until a pull request is merged.
struct GitWaitForPRStep: PullRequestStep {
    static let schema = PullRequestSchemas.wait

    /// The pause until the next look of the promotion itself: the host's webhook reports changes of the pull request
    /// earlier, or the look at the whole repository finds them.
    static let longPause: Duration = .seconds(24 * 3600)

    private let config: StepConfiguration

    init(_ config: StepConfiguration) { self.config = config }

    func run(_ pass: PullRequestPass) async throws(StepFailure) -> LookingPass {
        let pull = try await pass.pullRequest(try number(pass.context))
        let target = pass.target(of: pull)
        let branches = try await pass.branches(of: pull, target: target)
        switch PullRequestProgress.of(pull, target: target, branches: branches) {
        case .landed(let commit, let text):
            var outcome = StepOutcome(.succeeded, output: pass.output(of: pull, commit: commit), message: text)
            outcome.pull = pass.promoted(pull, commit: commit)
            outcome.landed = pass.landed(pull, commit)
            return .outcome(outcome)
        case .failed(let text): throw .cannotAct(text, hint: nil)
        case .waiting(let text):
            return .outcome(
                pass.waiting(for: pull, text, target: target, pause: Self.longPause, isMerge: false)
            )
        }
    }

    /// The step writes nothing.
    func traces(_ pass: PullRequestPass) async throws(StepFailure) -> String { "it had not sent any change" }

    private func number(_ context: StepContext) throws(StepFailure) -> Int {
        if let number = config.wholeNumber("prNumber") { return number }
        let alias = config.requiredText("prNumberFromStep")
        guard case .number(let number)? = context.outputs[alias]?["prNumber"] else {
            throw .broken(
                "prNumberFromStep: the step \(ShownText.quoted(alias)) has given no output `prNumber`",
                hint: nil
            )
        }
        return Int(number)
    }

    static func preview(_ config: StepConfiguration) -> String {
        "would wait for \(PullRequestName.text(config))"
    }
}

/// A pull request in the preview of a step, where its number may not be known yet.
enum PullRequestName {
    static func text(_ config: StepConfiguration) -> String {
        if let number = config.wholeNumber("prNumber") { return "the pull request #\(number)" }
        return config.text("prNumberFromStep").map { "the pull request of \($0)" } ?? "the pull request"
    }
}
