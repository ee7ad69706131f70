import FoundationEssentials
import HoistwayModel

/// A pull request in Azure DevOps' answers:
/// <https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1>.
struct AzurePullRequest: Decodable {
    struct Commit: Decodable {
        var commitId: String?
    }

    struct Fork: Decodable {
        var name: String?
    }

    struct Repository: Decodable {
        /// Of the page for people.
        var webUrl: String?
    }

    var pullRequestId: Int
    /// `active`, `abandoned` or `completed`.
    var status: String
    var title: String?
    var isDraft: Bool?
    /// Full refs.
    var sourceRefName: String
    var targetRefName: String
    /// `notSet`, `queued`, `conflicts`, `succeeded`, `rejectedByPolicy` or `failure`.
    var mergeStatus: String?
    /// Why it is `failure`.
    var mergeFailureMessage: String?
    var lastMergeSourceCommit: Commit?
    /// Before the completion it is that of a trial.
    var lastMergeCommit: Commit?
    var forkSource: Fork?
    var repository: Repository?
    var creationDate: String?
    var closedDate: String?

    var head: ObjectID? { ObjectID(answer: lastMergeSourceCommit?.commitId) }

    private static func branch(_ ref: String) -> String {
        let prefix = "refs/heads/"
        return ref.hasPrefix(prefix) ? String(ref.dropFirst(prefix.count)) : ref
    }

    /// - Parameter page: of the repository, where the answer does not tell it.
    func value(page: String) -> PullRequest? {
        let found: PullRequest.State
        switch status {
        case "active": found = .open
        case "abandoned": found = .closed
        case "completed": found = .merged(commit: ObjectID(answer: lastMergeCommit?.commitId))
        default: return nil
        }
        return PullRequest(
            number: pullRequestId,
            url: "\(repository?.webUrl ?? page)/pullrequest/\(pullRequestId)",
            state: found,
            title: title ?? "",
            sourceBranch: Self.branch(sourceRefName),
            targetBranch: Self.branch(targetRefName),
            head: head,
            isFromFork: forkSource != nil,
            isDraft: isDraft ?? false,
            // Azure DevOps does not say when anything else about it changed.
            updatedAt: Timestamp(answer: closedDate) ?? Timestamp(answer: creationDate)
        ).checked
    }

    /// What stands in the way of a completion; `nil`: nothing, as far as the merge itself goes.
    ///
    /// - <https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1#pullrequestasyncstatus>
    ///
    /// - Parameter shown: makes the host's words fit to be shown.
    func obstacle(_ shown: (String) -> String) -> MergeAnswer? {
        if isDraft == true { return .notYet("it is a draft: publish it") }
        return switch mergeStatus {
        case nil, "succeeded": nil
        case "conflicts": .never("it conflicts with \(Self.branch(targetRefName))")
        case "queued", "notSet": .notYet("Azure DevOps still works out whether it can be merged")
        case "rejectedByPolicy": .notYet("a policy of the branch is not met")
        case "failure":
            .never(
                "Azure DevOps could not make the merge"
                    + (mergeFailureMessage.map { ": \(shown($0))" } ?? "")
            )
        case let other?: .notYet("Azure DevOps says \(ShownText.bare(other))")
        }
    }
}

struct AzurePullRequests: Decodable {
    var value: ReadableEntries<AzurePullRequest>
}

/// A refusal.
///
/// Its status alone does not tell its meaning; the name of its kind does.
struct AzureRefusal: Decodable {
    /// Such as `GitPullRequestStaleException`.
    var typeKey: String?

    /// `nil`: the answer is none.
    static func kind(of answer: ForgeAnswer) -> String? {
        // A page for a browser is the usual other thing here.
        (try? JSONDecoder().decode(AzureRefusal.self, from: Data(answer.body)))?.typeKey
    }
}
