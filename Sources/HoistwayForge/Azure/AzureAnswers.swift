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
        /// The URL of the page for people.
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
    /// The reason for `failure`.
    var mergeFailureMessage: String?
    var lastMergeSourceCommit: Commit?
    /// Before the completion it is the commit of a test merge.
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

    /// - Parameter page: that of the repository, where the answer has none.
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
            // Azure DevOps has no time of other changes.
            updatedAt: Timestamp(answer: closedDate) ?? Timestamp(answer: creationDate)
        ).checked
    }

    /// What blocks a completion; `nil`: nothing, as far as the merge itself shows.
    ///
    /// - <https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1#pullrequestasyncstatus>
    ///
    /// - Parameter shown: cleans the host's text for people.
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
/// Its status is not enough to know its meaning; the name of its kind is.
struct AzureRefusal: Decodable {
    /// Such as `GitPullRequestStaleException`.
    var typeKey: String?

    /// `nil`: the answer is no refusal.
    static func kind(of answer: ForgeAnswer) -> String? {
        // Other answers here are mostly pages for browsers.
        (try? JSONDecoder().decode(AzureRefusal.self, from: Data(answer.body)))?.typeKey
    }
}
