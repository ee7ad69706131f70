import HoistwayModel

/// A pull request in GitHub's answers: <https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request>.
///
/// Lists lack computed values: `merged`, `mergeable`, `mergeable_state`.
struct GitHubPullRequest: Decodable {
    struct Side: Decodable {
        struct Repository: Decodable {
            var id: Int
        }

        var ref: String
        var sha: String
        /// `nil`: it was deleted.
        var repo: Repository?
    }

    var number: Int
    var page: String
    /// `open` or `closed`.
    var state: String
    var title: String?
    var draft: Bool?
    var mergedAt: String?
    /// Before the merge it is the commit of a test merge.
    var mergeCommit: String?
    var mergeable: Bool?
    var mergeableState: String?
    var updatedAt: String?
    var head: Side
    var base: Side

    enum CodingKeys: String, CodingKey {
        case number, state, title, draft, mergeable, head, base
        case page = "html_url"
        case mergedAt = "merged_at"
        case mergeCommit = "merge_commit_sha"
        case mergeableState = "mergeable_state"
        case updatedAt = "updated_at"
    }

    var value: PullRequest? {
        let found: PullRequest.State
        if mergedAt != nil {
            found = .merged(commit: ObjectID(answer: mergeCommit))
        } else if state == "open" {
            found = .open
        } else if state == "closed" {
            found = .closed
        } else {
            return nil
        }
        return PullRequest(
            number: number,
            url: page,
            state: found,
            title: title ?? "",
            sourceBranch: head.ref,
            targetBranch: base.ref,
            head: ObjectID(answer: head.sha),
            isFromFork: head.repo?.id != base.repo?.id,
            isDraft: draft ?? false,
            updatedAt: Timestamp(answer: updatedAt)
        ).checked
    }
}

/// The result of a merge: <https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request>.
struct GitHubMerge: Decodable {
    var sha: String?
    var merged: Bool
}

/// Whether a pull request can be merged now.
enum GitHubMergeability: Equatable {
    case ready
    case answer(MergeAnswer)

    /// The states: <https://docs.github.com/en/graphql/reference/enums#mergestatestatus>; the REST API has them in lower
    /// case.
    init(_ found: GitHubPullRequest) {
        if found.draft == true || found.mergeableState == "draft" {
            self = .answer(.notYet("it is a draft: mark it as ready for review"))
            return
        }
        switch found.mergeableState {
        case "dirty": self = .answer(.never("it conflicts with \(found.base.ref)"))
        case "blocked":
            self = .answer(.notYet("GitHub says that it is blocked: a required check or review is missing or failed"))
        case "behind":
            self = .answer(
                .never(
                    "its branch is behind \(found.base.ref), which wants branches up to date: update the branch, "
                        + "or promote again"
                )
            )
        case "clean", "has_hooks", "unstable": self = .ready
        // `unknown`, and states that GitHub may add.
        default:
            switch found.mergeable {
            case true?: self = .ready
            case false?: self = .answer(.never("it conflicts with \(found.base.ref)"))
            case nil: self = .answer(.notYet("GitHub still works out whether it can be merged"))
            }
        }
    }
}
