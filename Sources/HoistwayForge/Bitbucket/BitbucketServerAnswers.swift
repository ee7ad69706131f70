import FoundationEssentials
import HoistwayModel

/// A pull request in Bitbucket Data Center's answers:
/// <https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/>.
struct BitbucketServerPullRequest: Decodable {
    struct Side: Decodable {
        struct Repository: Decodable {
            var id: Int?
        }

        /// The full ref.
        var id: String
        /// The head; `nil` where it does not exist any longer.
        var latestCommit: String?
        var repository: Repository?

        var branch: String {
            let prefix = "refs/heads/"
            return id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : id
        }
    }

    struct Properties: Decodable {
        struct Commit: Decodable {
            var id: String?
        }

        var mergeCommit: Commit?
    }

    struct Links: Decodable {
        struct Link: Decodable {
            var href: String
        }

        var own: [Link]

        enum CodingKeys: String, CodingKey {
            case own = "self"
        }
    }

    var id: Int
    /// The number of its changes; a merge request has to name it.
    var version: Int
    /// `OPEN`, `DECLINED` or `MERGED`.
    var state: String
    var title: String?
    var draft: Bool?
    var fromRef: Side
    var toRef: Side
    var properties: Properties?
    /// In milliseconds since 1970.
    var updatedDate: Int64?
    var links: Links?

    /// - Parameter page: that of the repository, where the answer has none of its own.
    func value(page: String) -> PullRequest? {
        let found: PullRequest.State
        switch state {
        case "OPEN": found = .open
        case "DECLINED": found = .closed
        case "MERGED": found = .merged(commit: ObjectID(answer: properties?.mergeCommit?.id))
        default: return nil
        }
        let moment = updatedDate.flatMap { $0 > 0 && $0 < 1 << 50 ? Timestamp(microseconds: $0 * 1000) : nil }
        return PullRequest(
            number: id,
            url: links?.own.first?.href ?? "\(page)/pull-requests/\(id)",
            state: found,
            title: title ?? "",
            sourceBranch: fromRef.branch,
            targetBranch: toRef.branch,
            head: ObjectID(answer: fromRef.latestCommit),
            isFromFork: fromRef.repository?.id != toRef.repository?.id,
            isDraft: draft ?? false,
            updatedAt: moment
        ).checked
    }
}

/// A page of a list: <https://developer.atlassian.com/server/bitbucket/rest/v811/intro/#paged-apis>.
struct BitbucketServerPage: Decodable {
    var values: ReadableEntries<BitbucketServerPullRequest>
    var isLastPage: Bool?
    /// The value of `start` for the next page.
    var nextPageStart: Int?
}

/// A refusal: <https://developer.atlassian.com/server/bitbucket/rest/v811/intro/#errors-and-validation>.
struct BitbucketServerRefusal: Decodable {
    struct Problem: Decodable {
        /// A Java class, such as `com.atlassian.bitbucket.pull.PullRequestOutOfDateException`.
        var exceptionName: String?
        /// Only for a merge.
        var conflicted: Bool?
        var vetoes: [BitbucketServerMergeability.Veto]?
    }

    var errors: [Problem]

    /// Without problems where the answer is not a refusal of Bitbucket's, such as that of a proxy.
    init(_ answer: ForgeAnswer) {
        let read = try? JSONDecoder().decode(BitbucketServerRefusal.self, from: Data(answer.body))
        errors = read?.errors ?? []
    }

    /// Whether one of its problems has one of these classes, given without their packages.
    func isOne(of names: String...) -> Bool {
        errors.contains { problem in names.contains { problem.exceptionName?.hasSuffix(".\($0)") ?? false } }
    }
}

/// Whether a pull request can be merged now:
/// <https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-get>.
struct BitbucketServerMergeability: Decodable {
    struct Veto: Decodable {
        var summaryMessage: String?
        var detailedMessage: String?
    }

    var canMerge: Bool
    var conflicted: Bool?
    var vetoes: [Veto]?

    /// What blocks a merge; `nil`: nothing.
    ///
    /// - Parameter shown: cleans the host's text for people.
    func obstacle(target: String, _ shown: (String) -> String) -> MergeAnswer? {
        if conflicted == true { return .never("it conflicts with \(target)") }
        guard !canMerge else { return nil }
        let said = (vetoes ?? []).prefix(3).compactMap { $0.detailedMessage ?? $0.summaryMessage }
        return .notYet(said.isEmpty ? "Bitbucket does not merge it now" : shown(said.joined(separator: "; ")))
    }
}
