import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Synchronization

/// Pull requests at Bitbucket Cloud: <https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/>.
///
/// Its answers have shortened ids of commits: the whole ones are requested, each once.
final class BitbucketCloudForge: HostForge {
    let kind = ForgeKind.bitbucketCloud
    let api: ForgeAPI
    private let commits = Mutex<[String: ObjectID]>([:])

    static let needs = "`pullrequest:write` and `repository:write`"
    /// Page size of a list: Bitbucket's maximum.
    private static let pageSize = 50
    /// Limit of a list, over all pages.
    private static let maxListed = 100
    /// Number of pull requests in a list whose whole ids are requested: each commit costs one request.
    private static let maxResolved = 10
    /// Number of whole ids that are kept.
    private static let maxCommits = 4096
    /// Longest key of a status, in characters.
    private static let maxKey = 40

    init(api: ForgeAPI) {
        self.api = api
    }

    var path: String {
        "/repositories/" + api.address.segments.map(PercentEncoding.escaped).joined(separator: "/")
    }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // Bitbucket would treat a second one for the same branches as a change of the first.
        let open = try await list(["OPEN"], filter: Self.filter(new.sourceBranch, new.targetBranch))
        guard open.unread == 0 else {
            throw .garbage(
                host: api.host,
                detail: "\(Listing.count(open.unread, "open pull request")) from \(new.sourceBranch) to "
                    + "\(new.targetBranch) cannot be read"
            )
        }
        if let first = open.pulls.first(where: { $0.source.repository?.uuid == $0.destination.repository?.uuid }) {
            throw .refused(
                host: api.host,
                detail: "pull request \(first.number) from \(new.sourceBranch) to \(new.targetBranch) is open already",
                hint: nil
            )
        }
        let request = request(
            .POST,
            "/pullrequests",
            body: .map([
                "title": .string(new.title), "description": .string(new.body),
                "source": .map(["branch": .map(["name": .string(new.sourceBranch)])]),
                "destination": .map(["branch": .map(["name": .string(new.targetBranch)])]),
            ])
        )
        let answer = try await api.checked(request)
        let made = try api.decode(answer, of: request, as: BitbucketCloudPullRequest.self) { $0 }
        return try await value(made, request)
    }

    /// A query in Bitbucket's language: <https://developer.atlassian.com/cloud/bitbucket/rest/intro/#filtering>.
    private static func filter(_ source: String, _ target: String) -> String {
        "source.branch.name = \(quoted(source)) AND destination.branch.name = \(quoted(target))"
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private static let anyState = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"]

    /// Whole ids are requested for the newest ``maxResolved``; others have commits only where their whole ids are
    /// known.
    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        let found = try await list(Self.anyState, filter: Self.filter(source, target), count: Self.maxListed)
        var values: [PullRequest] = []
        for (index, one) in found.pulls.sorted(by: { $0.number > $1.number }).enumerated() {
            if index < Self.maxResolved {
                values.append(try await value(one, request(.GET, "/pullrequests")))
            } else if let value = known(one) {
                values.append(value)
            }
        }
        return ListedPullRequests(values, unread: found.unread).between(source, target)
    }

    /// More than ``pageSize`` need two requests.
    ///
    /// Heads and landed commits are set only where their whole ids are known already.
    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        let found = try await list(
            Self.anyState,
            sort: "-updated_on",
            count: min(max(limit, 1), Self.maxListed)
        )
        return ListedPullRequests(
            found.pulls.compactMap(known),
            unread: found.unread,
            isComplete: found.isComplete,
            isByChange: true
        )
    }

    /// Makes no request for whole ids.
    private func known(_ one: BitbucketCloudPullRequest) -> PullRequest? {
        one.value { hash in ObjectID(hash) ?? commits.withLock { $0[hash] } }.flatMap(api.admitted)
    }

    private struct Listed {
        /// The readable ones, with any commits.
        var pulls: [BitbucketCloudPullRequest] = []
        var unread = 0
        var isComplete = false
    }

    /// - Parameters:
    ///   - states: the wanted ones; without states Bitbucket lists only open ones.
    ///   - filter: in Bitbucket's language.
    private func list(
        _ states: [String],
        filter: String? = nil,
        sort: String = "-created_on",
        count: Int = pageSize
    ) async throws(ForgeFailure) -> Listed {
        let size = min(count, Self.pageSize)
        var listed = Listed()
        for number in 1...2 {
            // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-get
            let request = request(
                .GET,
                "/pullrequests",
                query: states.map { ("state", $0) } + (filter.map { [("q", $0)] } ?? [])
                    + [("sort", sort), ("pagelen", "\(size)")] + (number > 1 ? [("page", "\(number)")] : [])
            )
            let answer = try await api.checked(request)
            let (entries, isLast) = try api.decode(answer, of: request, as: BitbucketCloudPage.self) { page in
                let entries = page.values.entries.map { $0.flatMap { known($0) == nil ? nil : $0 } }
                return Self.isGarbage(entries) ? nil : (entries, page.next == nil)
            }
            listed.unread += entries.count { $0 == nil }
            listed.pulls += entries.compactMap(\.self).prefix(count - listed.pulls.count)
            listed.isComplete = isLast
            // Bitbucket's own URL of the next page is not used: it could name any host.
            guard !isLast, listed.pulls.count < count, !entries.isEmpty else { break }
        }
        return listed
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        let request = request(.GET, "/pullrequests/\(number)", what: name(number))
        let answer = try await api.send(request)
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw api.failure(answer, of: request) }
        let found = try api.decode(answer, of: request, as: BitbucketCloudPullRequest.self) { $0 }
        return try await value(found, request)
    }

    private func value(
        _ found: BitbucketCloudPullRequest,
        _ request: ForgeRequest
    ) async throws(ForgeFailure) -> PullRequest {
        var known: [String: ObjectID] = [:]
        for hash in found.hashes { known[hash] = try await commit(hash) }
        guard let value = found.value({ known[$0] }).flatMap(api.admitted) else {
            throw .garbage(host: api.host, detail: "it is not what the API promises for \(request.what)")
        }
        return value
    }

    /// The whole id; `nil`: the host no longer has the commit.
    private func commit(_ hash: String) async throws(ForgeFailure) -> ObjectID? {
        if let whole = ObjectID(hash) { return whole }
        if let known = commits.withLock({ $0[hash] }) { return known }
        struct Commit: Decodable {
            var hash: String
        }
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/#api-repositories-workspace-repo-slug-commit-commit-get
        let request = request(.GET, "/commit/\(PercentEncoding.escaped(hash))", what: "commit \(ShownText.bare(hash))")
        let answer = try await api.send(request)
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw api.failure(answer, of: request) }
        let whole = try api.decode(answer, of: request, as: Commit.self) { ObjectID(answer: $0.hash) }
        guard whole.hex.hasPrefix(hash) else {
            throw .garbage(host: api.host, detail: "it gives another commit than the one that was asked for")
        }
        commits.withLock { known in
            // Any of them may be removed: it is requested again.
            if known.count >= Self.maxCommits, let any = known.keys.first { known[any] = nil }
            known[hash] = whole
        }
        return whole
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        guard let found = try await pullRequest(number) else {
            throw .notFound(host: api.host, what: name(number))
        }
        // Bitbucket accepts no head in a merge request: between this look and the merge somebody may still push.
        if let settled = found.settled(head: head, closed: "declined") { return settled }
        if found.isDraft { return .notYet("it is a draft: mark it as ready") }
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-merge-post
        // `type` is required, and Kargo always sends "pullrequestMergeParameters".
        var body: [String: ConfigValue] = [
            "type": .string("pullrequestMergeParameters"), "close_source_branch": .bool(false),
        ]
        if let method { body["merge_strategy"] = .string(method) }
        let request = request(.POST, "/pullrequests/\(number)/merge", body: .map(body), what: name(number))
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200:
            let done = try api.decode(answer, of: request, as: BitbucketCloudPullRequest.self) { $0 }
            guard case .merged(let commit) = try await value(done, request).state else {
                return .notYet("Bitbucket still merges it")
            }
            return .merged(commit: commit)
        case 202: return .notYet("Bitbucket still merges it")
        case 400, 409:
            return Self.isConflict(said)
                ? .never(said) : .notYet(said.isEmpty ? "Bitbucket does not merge it now" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    /// Whether a refusal to merge stays until a person acts; a merge check that has not passed has another message.
    ///
    /// The documentation has none of the messages.
    private static func isConflict(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["conflict", "fast-forward", "fast forward", "strategy"].contains { words.contains($0) }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/#api-repositories-workspace-repo-slug-commit-commit-statuses-build-post
        let state =
            switch status.state {
            case .pending: "INPROGRESS"
            case .success: "SUCCESSFUL"
            case .failure, .error: "FAILED"
            }
        let page = status.targetURL ?? "https://\(api.address.host)/\(api.address.repository)/commits/\(commit.hex)"
        _ = try await api.checked(
            request(
                .POST,
                "/commit/\(commit.hex)/statuses/build",
                body: .map([
                    "key": .string(StatusKey.make(status.context, limit: Self.maxKey)), "state": .string(state),
                    "name": .string(status.context), "description": .string(ForgeBody.cut(status.description, to: 255)),
                    "url": .string(page),
                ]),
                what: "commit \(commit.short) of \(api.address.repository)"
            )
        )
    }
}
