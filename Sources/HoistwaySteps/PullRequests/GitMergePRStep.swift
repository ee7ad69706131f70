import HoistwayModel
import HoistwayPorts

/// `git-merge-pr`: merges a pull request, and may wait until the host allows it.
///
/// The pull request is read first: one that is merged is not merged again.
struct GitMergePRStep: PullRequestStep {
    static let schema = PullRequestSchemas.merge

    private let config: StepConfiguration

    init(_ config: StepConfiguration) { self.config = config }

    func run(_ pass: PullRequestPass) async throws(StepFailure) -> LookingPass {
        let method = config.text("mergeMethod")
        if let method, let problem = MergeMethod.problem(method, at: pass.forge.kind) {
            throw .cannotAct(problem.message, hint: problem.hint)
        }
        guard let number = config.wholeNumber("prNumber") else {
            preconditionFailure("the schema has not required prNumber")
        }
        let pull = try await pass.pullRequest(number)
        let target = pass.target(of: pull)
        let branches = try await pass.branches(of: pull, target: target)
        switch PullRequestProgress.of(pull, target: target, branches: branches) {
        case .landed(let commit, let text): return .outcome(landed(pull, commit, text, pass))
        case .failed(let text): throw .cannotAct(text, hint: nil)
        case .waiting(let text) where pull.targetBranch != target:
            // A merge now would write a branch that the rules have not checked.
            return .outcome(try wait(pull, text, target, pass))
        case .waiting: break
        }
        let pushed = pass.pushedHead(of: pull)
        if let pushed, let head = pull.head, head != pushed {
            throw .cannotAct(
                "the pull request #\(number) is not merged: its head is \(head.short), and not \(pushed.short), which this "
                    + "promotion has pushed: somebody has pushed to \(pull.sourceBranch)",
                hint: "merge it by hand if it is right, or promote again"
            )
        }
        guard let head = pushed ?? pull.head else {
            throw .cannotAct(
                "the pull request #\(number) is not merged: the Git host does not show its head commit, so Hoistway "
                    + "cannot check what the merge would change",
                hint: "merge it by hand if it is right"
            )
        }
        guard pass.mayWrite else {
            let merge = MergeRequest(
                remote: pass.remote,
                sourceBranch: pull.sourceBranch,
                targetBranch: target,
                head: head
            )
            return .wantsToWrite(remembering: .map(["target": .string(target)]), merging: merge)
        }
        let answer = try await atForge { () throws(ForgeFailure) in
            try await pass.forge.merge(number, method: method, head: head)
        }
        switch answer {
        case .merged(let commit):
            let place = commit.map { " at \($0.short)" } ?? ""
            var merged = pull
            merged.state = .merged(commit: commit)
            return .outcome(landed(merged, commit, "merged the pull request #\(number) into \(target)\(place)", pass))
        case .notYet(let words): return .outcome(try wait(pull, words, target, pass))
        case .never(let words):
            // Somebody may have closed it since it was read. If this request fails, the earlier state stays.
            _ = try? await pass.pullRequest(number)
            throw .cannotAct("the pull request #\(number) cannot be merged: \(words)", hint: nil)
        }
    }

    func traces(_ pass: PullRequestPass) async throws(StepFailure) -> String {
        guard let number = config.wholeNumber("prNumber") else { return "nothing was merged" }
        let pull = try await pass.pullRequest(number)
        return "the pull request #\(number) \(pull.isMerged ? "was merged" : "was not merged")"
    }

    private func landed(
        _ pull: PullRequest,
        _ commit: ObjectID?,
        _ text: String,
        _ pass: PullRequestPass
    ) -> StepOutcome {
        var outcome = StepOutcome(.succeeded, output: pass.output(of: pull, commit: commit), message: text)
        outcome.pull = pass.promoted(pull, commit: commit)
        outcome.landed = pass.landed(pull, commit)
        return outcome
    }

    private func wait(
        _ pull: PullRequest,
        _ words: String,
        _ target: String,
        _ pass: PullRequestPass
    ) throws(StepFailure) -> StepOutcome {
        guard config.flag("wait") else {
            throw .cannotAct(
                "the pull request #\(pull.number) cannot be merged yet: \(words)",
                hint: "let the step wait, with wait: true"
            )
        }
        return pass.waiting(
            for: pull,
            "waits to merge the pull request #\(pull.number): \(words)",
            target: target,
            pause: pause(pass),
            isMerge: true
        )
    }

    /// 30 s, 45 s, 67 s … 10 min, and at least the manifest's interval: no host sends events for every check and
    /// approval.
    private func pause(_ pass: PullRequestPass) -> Duration {
        var pause = 30.0
        for _ in 1..<max(pass.context.look, 1) where pause < 600 { pause *= 1.5 }
        let least = config.text("pollInterval").flatMap { GoDuration.parse($0) } ?? .seconds(10)
        return max(.milliseconds(Int64(min(pause, 600) * 1000)), least)
    }

    static func preview(_ config: StepConfiguration) -> String {
        "would merge \(PullRequestName.text(config))"
    }
}
