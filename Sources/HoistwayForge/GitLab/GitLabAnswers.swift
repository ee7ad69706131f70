import HoistwayModel

/// A merge request in GitLab's answers: <https://docs.gitlab.com/api/merge_requests/#get-single-mr>.
struct GitLabMergeRequest: Decodable {
    var number: Int
    var page: String
    /// `opened`, `closed`, `locked` (being merged) or `merged`.
    var state: String
    var title: String?
    var sourceBranch: String
    var targetBranch: String
    /// `nil`: the source project was deleted.
    var sourceProject: Int?
    var targetProject: Int?
    /// The head of the source branch.
    var sha: String?
    var mergeCommit: String?
    var squashCommit: String?
    var draft: Bool?
    /// Before GitLab 14.8.
    var workInProgress: Bool?
    /// From GitLab 15.6 on.
    var detailedStatus: String?
    var updatedAt: String?

    enum CodingKeys: String, CodingKey {
        case state, title, sha, draft
        case number = "iid"
        case page = "web_url"
        case sourceBranch = "source_branch"
        case targetBranch = "target_branch"
        case sourceProject = "source_project_id"
        case targetProject = "target_project_id"
        case mergeCommit = "merge_commit_sha"
        case squashCommit = "squash_commit_sha"
        case workInProgress = "work_in_progress"
        case detailedStatus = "detailed_merge_status"
        case updatedAt = "updated_at"
    }

    /// The merge commit, else the squashed one, else the head.
    ///
    /// A project that merges by fast-forward has neither commit: then the head itself has landed:
    /// <https://docs.gitlab.com/user/project/merge_requests/methods/>.
    var landed: ObjectID? {
        ObjectID(answer: mergeCommit) ?? ObjectID(answer: squashCommit) ?? ObjectID(answer: sha)
    }

    var value: PullRequest? {
        let found: PullRequest.State
        switch state {
        case "opened", "locked": found = .open
        case "closed": found = .closed
        case "merged": found = .merged(commit: landed)
        default: return nil
        }
        return PullRequest(
            number: number,
            url: page,
            state: found,
            title: title ?? "",
            sourceBranch: sourceBranch,
            targetBranch: targetBranch,
            head: ObjectID(answer: sha),
            isFromFork: sourceProject != targetProject,
            isDraft: draft ?? workInProgress ?? false,
            updatedAt: Timestamp(answer: updatedAt)
        ).checked
    }

    /// What blocks a merge; `nil`: nothing, as far as GitLab shows.
    ///
    /// The states: <https://docs.gitlab.com/api/merge_requests/#merge-status>.
    var obstacle: MergeAnswer? {
        switch detailedStatus {
        case nil, "mergeable": nil
        case "conflict", "broken_status": .never("it conflicts with \(targetBranch)")
        case "need_rebase":
            .never("it must be rebased onto \(targetBranch), which the project wants: rebase it, or promote again")
        case "commits_status": .never("its source branch is gone, or has no commits")
        case "not_open": .never("it is not open")
        case "draft_status": .notYet("it is a draft: mark it as ready")
        case "unchecked", "checking", "preparing", "approvals_syncing":
            .notYet("GitLab still works out whether it can be merged")
        case "ci_must_pass", "ci_still_running": .notYet("a pipeline has to succeed")
        case "not_approved": .notYet("an approval is missing")
        case "discussions_not_resolved": .notYet("its discussions have to be resolved")
        case "external_status_checks", "status_checks_must_pass": .notYet("external status checks have to pass")
        case "requested_changes": .notYet("a reviewer has requested changes")
        // Further states of GitLab, present or future: it waits for a person, a time or another merge request.
        case let other?: .notYet("GitLab says \(ShownText.bare(other))")
        }
    }
}
