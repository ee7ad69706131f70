import HoistwayModel
import HoistwayPorts

/// `git-open-pr`: opens a pull request, once.
///
/// First the host is asked for a pull request with the same head branch, head commit and base, open or merged: so one
/// that was opened before a crash is found again.
struct GitOpenPRStep: PullRequestStep {
    static let schema = PullRequestSchemas.open

    /// How often a host may show the branch's pull request at an older commit.
    private static let maxLooks = 20
    private static let lookPause: Duration = .seconds(5)

    private let config: StepConfiguration

    init(_ config: StepConfiguration) { self.config = config }

    private struct Branches {
        var source: String
        var target: String
        var head: ObjectID?
        var targetHead: ObjectID?
    }

    func run(_ pass: PullRequestPass) async throws(StepFailure) -> LookingPass {
        let branches = try await branches(pass)
        let before = pass.context.memory?["head"]?.string.flatMap { ObjectID($0) }
        let found = try await atForge { () throws(ForgeFailure) in
            try await pass.forge.pullRequests(from: branches.source, to: branches.target)
        }
        switch PullRequestAdoption.of(found.pulls, head: branches.head, before: before) {
        case .adopt(let pull):
            // It may be ours: opened before the program ended, but without its labels.
            let labels = config.texts("labels")
            if before != nil, pull.state == .open, !labels.isEmpty {
                guard pass.mayWrite else {
                    return .wantsToWrite(remembering: pass.context.memory)
                }
                try await atForge { () throws(ForgeFailure) in try await pass.forge.label(pull.number, labels) }
            }
            return .outcome(Self.opened(pull, Self.adopted(pull, before), pass))
        case .behind(let pull):
            let text = "the pull request #\(pull.number) does not show the head of \(branches.source) yet"
            guard branches.head != nil, pass.context.look < Self.maxLooks else {
                throw .unmet(
                    "\(pass.repository) has an open pull request #\(pull.number) from \(branches.source) to "
                        + "\(branches.target) with another head: a second one cannot be opened",
                    hint: "close it, and promote again"
                )
            }
            return .outcome(Self.waiting(text, pass))
        case .open:
            guard found.unread == 0 else { throw Self.unreadable(found.unread, branches, pass) }
            return try await open(branches, pass)
        }
    }

    /// One of them may belong to the promotion: a second one is never opened.
    private static func unreadable(_ count: Int, _ branches: Branches, _ pass: PullRequestPass) -> StepFailure {
        .unmet(
            "\(pass.repository) lists \(Listing.count(count, "pull request")) from \(branches.source) to "
                + "\(branches.target) that cannot be read: no other is opened, since there may be one already",
            hint: "look at the pull requests of that branch, close the one that is broken, and promote again"
        )
    }

    func traces(_ pass: PullRequestPass) async throws(StepFailure) -> String {
        let branches = try await branches(pass)
        let before = pass.context.memory?["head"]?.string.flatMap { ObjectID($0) }
        let found = try await atForge { () throws(ForgeFailure) in
            try await pass.forge.pullRequests(from: branches.source, to: branches.target)
        }
        switch PullRequestAdoption.of(found.pulls, head: branches.head, before: before) {
        case .adopt(let pull), .behind(let pull):
            pass.see(pull)
            let page = pull.url.isEmpty ? "" : ": \(pull.url)"
            return "the pull request #\(pull.number) is \(pull.isMerged ? "merged" : "open")\(page)"
        case .open where found.unread > 0:
            return "\(Listing.count(found.unread, "pull request")) of the branch cannot be read"
        case .open: return "no pull request was opened"
        }
    }

    private func open(_ branches: Branches, _ pass: PullRequestPass) async throws(StepFailure) -> LookingPass {
        guard let head = branches.head else {
            let promotion = pass.context.promotion
            if branches.source == PushedRef.branch(of: promotion.id),
                !promotion.branches.contains(where: { $0.pushed && $0.branch == branches.source })
            {
                return .outcome(
                    StepOutcome(.skipped("nothing was pushed to \(branches.source): there is no difference"))
                )
            }
            throw .unmet("\(pass.repository) has no branch \(branches.source)", hint: nil)
        }
        let targetHead: ObjectID
        if let there = branches.targetHead {
            targetHead = there
        } else {
            guard config.flag("createTargetBranch") else {
                throw .unmet(
                    "\(pass.repository) has no branch \(branches.target), which the pull request is to go into",
                    hint: "make the branch, or let the step make it with createTargetBranch: true"
                )
            }
            guard pass.mayWrite else { return .wantsToWrite(remembering: Self.intent(head)) }
            guard let made = try await MissingTarget(pass, branches.target).make() else {
                return .outcome(Self.waiting("somebody has just made \(branches.target)", pass))
            }
            targetHead = made
        }
        let (ours, theirs) = try await atRemote { () throws(GitFailure) in
            (try await pass.remote.commit(head), try await pass.remote.commit(targetHead))
        }
        guard ours.tree != theirs.tree else {
            return .outcome(StepOutcome(.skipped("\(branches.source) and \(branches.target) do not differ")))
        }
        guard pass.mayWrite else { return .wantsToWrite(remembering: Self.intent(head)) }
        let text = PullRequestText(
            title: config.text("title"),
            description: config.text("description"),
            message: ours.message,
            link: pass.access.link
        )
        let new = NewPullRequest(
            sourceBranch: branches.source,
            targetBranch: branches.target,
            title: text.title,
            body: text.body,
            labels: config.texts("labels")
        )
        let pull = try await atForge { () throws(ForgeFailure) in try await pass.forge.open(new) }
        return .outcome(
            Self.opened(
                pull,
                "opened the pull request #\(pull.number) from \(branches.source) to \(branches.target)",
                pass
            )
        )
    }

    private func branches(_ pass: PullRequestPass) async throws(StepFailure) -> Branches {
        let source: String
        if let alias = config.text("sourceBranchFromStep") {
            guard let branch = pass.context.outputs[alias]?["branch"]?.string, !branch.isEmpty else {
                throw .broken(
                    "sourceBranchFromStep: the step \(ShownText.quoted(alias)) has given no output `branch`",
                    hint: nil
                )
            }
            source = branch
        } else {
            source = config.requiredText("sourceBranch")
        }
        let target = config.requiredText("targetBranch")
        guard source != target else {
            throw .cannotAct("a pull request cannot go from \(source) to the same branch", hint: nil)
        }
        let names = (source: "refs/heads/" + source, target: "refs/heads/" + target)
        let snapshot = try await atRemote { () throws(GitFailure) in
            try await pass.remote.refs(prefixes: [names.source, names.target])
        }
        return Branches(
            source: source,
            target: target,
            head: snapshot.refs[names.source],
            targetHead: snapshot.refs[names.target]
        )
    }

    private static func opened(_ pull: PullRequest, _ text: String, _ pass: PullRequestPass) -> StepOutcome {
        var outcome = StepOutcome(.succeeded, output: pass.output(of: pull), message: text)
        outcome.pull = pass.promoted(pull)
        return outcome
    }

    private static func waiting(_ text: String, _ pass: PullRequestPass) -> StepOutcome {
        var outcome = StepOutcome(.waiting(text, after: lookPause))
        outcome.memory = pass.context.memory
        return outcome
    }

    /// Stored with the intent: the branch may be gone when the intent is settled.
    private static func intent(_ head: ObjectID) -> ConfigValue { .map(["head": .string(head.hex)]) }

    private static func adopted(_ pull: PullRequest, _ before: ObjectID?) -> String {
        let state = pull.isMerged ? "merged already" : "open already"
        return before == nil
            ? "the pull request #\(pull.number) is \(state)"
            : "opened the pull request #\(pull.number) from \(pull.sourceBranch) to \(pull.targetBranch)"
    }

    static func preview(_ config: StepConfiguration) -> String {
        let source = config.text("sourceBranch") ?? config.text("sourceBranchFromStep").map { "the branch of \($0)" }
        return "would open a pull request from \(source ?? "a branch that is not known yet") to "
            + "\(config.text("targetBranch") ?? "a branch that is not known yet")"
    }
}
