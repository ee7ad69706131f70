import HoistwayModel

/// A pull request in Bitbucket Cloud's answers:
/// <https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/>.
struct BitbucketCloudPullRequest: Decodable {
    struct Commit: Decodable {
        /// Shortened to 12 digits.
        var hash: String
    }

    struct Side: Decodable {
        struct Branch: Decodable {
            var name: String
        }

        struct Repository: Decodable {
            var uuid: String?
        }

        var branch: Branch
        var commit: Commit?
        /// `nil`: it was deleted.
        var repository: Repository?
    }

    struct Links: Decodable {
        struct Link: Decodable {
            var href: String
        }

        var html: Link
    }

    var number: Int
    /// `OPEN`, `DRAFT`, `QUEUED`, `MERGED`, `DECLINED` or `SUPERSEDED`.
    var state: String
    var title: String?
    var draft: Bool?
    var source: Side
    var destination: Side
    var mergeCommit: Commit?
    var updatedAt: String?
    var links: Links

    enum CodingKeys: String, CodingKey {
        case state, title, draft, source, destination, links
        case number = "id"
        case mergeCommit = "merge_commit"
        case updatedAt = "updated_on"
    }

    /// - Parameter whole: gives the whole id for a shortened one; `nil`: it is not known.
    func value(_ whole: (String) -> ObjectID?) -> PullRequest? {
        let found: PullRequest.State
        switch state {
        case "OPEN", "DRAFT", "QUEUED": found = .open
        case "MERGED": found = .merged(commit: mergeCommit.flatMap { whole($0.hash) })
        case "DECLINED", "SUPERSEDED": found = .closed
        default: return nil
        }
        return PullRequest(
            number: number,
            url: links.html.href,
            state: found,
            title: title ?? "",
            sourceBranch: source.branch.name,
            targetBranch: destination.branch.name,
            head: source.commit.flatMap { whole($0.hash) },
            isFromFork: source.repository?.uuid != destination.repository?.uuid,
            isDraft: draft ?? (state == "DRAFT"),
            updatedAt: Timestamp(answer: updatedAt)
        ).checked
    }

    /// The ids that are shortened.
    var hashes: [String] { [source.commit?.hash, mergeCommit?.hash].compactMap(\.self) }
}

/// A page of a list: <https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination>.
struct BitbucketCloudPage: Decodable {
    var values: ReadableEntries<BitbucketCloudPullRequest>
    /// The next page's address; `nil`: this is the last one.
    var next: String?
}
