import HoistwayModel

/// A pull request in a common form for GitHub and Gitea's family.
struct PullRequestFields {
    var repoKeys: [RepositoryKey]
    var number: Int?
    var action: String?
    var isMerged: Bool
    var url: String?
    var source: String?
    var target: String?
    var headSHA: String?
    /// As sent: open ones have it too, for a test merge.
    var mergeSHA: String?
    var fromFork: Bool?

    func event() throws(EventError) -> Event {
        guard let number else { throw .lacks(field: "number", event: "pull_request") }
        guard let source, let target else { throw .lacks(field: "base.ref", event: "pull_request") }
        guard let action = normalisedAction else {
            return .ignored(repoKeys: repoKeys, reason: Reason.action(action))
        }
        for name in [source, target] {
            if let problem = GitRefName.problem(withShortName: name) {
                return .ignored(repoKeys: repoKeys, reason: Reason.refName(problem))
            }
        }
        return .pullRequest(
            PullRequestEvent(
                repoKeys: repoKeys,
                number: number,
                action: action,
                url: url,
                sourceBranch: source,
                targetBranch: target,
                headSHA: headSHA,
                mergeSHA: action == .merged ? mergeSHA : nil,
                fromFork: fromFork
            )
        )
    }

    private var normalisedAction: PullRequestEvent.Action? {
        switch action {
        case "opened": .opened
        case "reopened": .reopened
        case "synchronize", "synchronized": .updated
        case "closed": isMerged ? .merged : .closed
        default: nil
        }
    }
}

/// A published release, which is an event for its tag.
struct Release {
    var repoKeys: [RepositoryKey]
    /// The short name.
    var tag: String
    var isDraft: Bool?
    var prerelease: Bool?
    /// Only set if the payload has it.
    var commit: String?

    func event(actor: String?) -> Event {
        if isDraft == true { return .ignored(repoKeys: repoKeys, reason: Reason.draft) }
        if let problem = GitRefName.problem(withShortName: tag) {
            return .ignored(repoKeys: repoKeys, reason: Reason.refName(problem))
        }
        return .tag(
            TagEvent(
                repoKeys: repoKeys,
                ref: Movement.tags + tag,
                commit: commit,
                viaRelease: true,
                prerelease: prerelease,
                actor: actor
            )
        )
    }
}
