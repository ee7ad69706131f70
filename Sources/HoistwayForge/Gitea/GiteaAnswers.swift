import HoistwayModel

/// A pull request in Gitea's and Forgejo's answers:
/// <https://docs.gitea.com/api/next/#tag/repository/operation/repoGetPullRequest>.
struct GiteaPullRequest: Decodable {
    struct Side: Decodable {
        /// The branch's name, also when the branch is gone; then `ref` is `refs/pull/N/head`.
        var label: String?
        var ref: String
        var sha: String?
        var repository: Int?

        enum CodingKeys: String, CodingKey {
            case label, ref, sha
            case repository = "repo_id"
        }

        var branch: String { label.flatMap { $0.isEmpty ? nil : $0 } ?? ref }
    }

    var number: Int
    var page: String
    /// `open` or `closed`.
    var state: String
    var title: String?
    var draft: Bool?
    var merged: Bool?
    var mergeCommit: String?
    var updatedAt: String?
    var head: Side
    var base: Side

    enum CodingKeys: String, CodingKey {
        case number, state, title, draft, merged, head, base
        case page = "html_url"
        case mergeCommit = "merge_commit_sha"
        case updatedAt = "updated_at"
    }

    var value: PullRequest? {
        let found: PullRequest.State
        if merged == true {
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
            sourceBranch: head.branch,
            targetBranch: base.branch,
            head: ObjectID(answer: head.sha),
            // -1: the head's repository was another one, and no longer exists; the repository of a deleted branch is
            // still named: https://github.com/go-gitea/gitea/blob/main/services/convert/pull.go
            isFromFork: head.repository != base.repository,
            isDraft: draft ?? false,
            updatedAt: Timestamp(answer: updatedAt)
        ).checked
    }
}
