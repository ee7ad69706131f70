import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at Bitbucket Data Center:
/// <https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/>.
struct BitbucketServerForge: HostForge {
    let kind = ForgeKind.bitbucketDataCenter
    let api: ForgeAPI

    static let needs = "the permission *Repository write*"

    /// Texts of a status, in characters: "limited to 255 characters".
    private static let maxText = 255
    /// Limit for the pages of a list: an administrator may have made pages smaller.
    private static let maxPages = 4

    private var project: String { api.address.segments.first ?? "" }
    private var repository: String { api.address.segments.last ?? "" }

    var path: String {
        "/projects/\(PercentEncoding.escaped(project))/repos/\(PercentEncoding.escaped(repository))"
    }

    func finish(_ request: inout ForgeRequest) {
        // "401: the currently authenticated user has insufficient permissions" is documented for every call. The
        // problem's name distinguishes it from a wrong login.
        request.meaning = { answer in
            guard answer.status == 401 else { return nil }
            return BitbucketServerRefusal(answer).isOne(of: "AuthorisationException") ? .forbidden : .unauthenticated
        }
    }

    /// The repository's page.
    private var page: String {
        var base = api.address.base.text
        for suffix in ["/rest/api/1.0", "/rest/api/latest"] where base.hasSuffix(suffix) {
            base.removeLast(suffix.count)
        }
        return base + path
    }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-post
        let request = request(
            .POST,
            "/pull-requests",
            body: .map([
                "title": .string(new.title), "description": .string(new.body),
                "fromRef": side(new.sourceBranch), "toRef": side(new.targetBranch),
            ])
        )
        let answer = try await api.send(request)
        switch answer.status {
        case 201: return try decode(answer, of: request)
        // One of the branches does not exist, unless it is the repository.
        case 404 where !BitbucketServerRefusal(answer).isOne(of: "NoSuchRepositoryException", "NoSuchProjectException"):
            let said = api.words(of: answer)
            throw .refused(
                host: api.host,
                detail: said.isEmpty ? "it knows no branch \(new.sourceBranch) or \(new.targetBranch)" : said,
                hint: "check that both branches are there"
            )
        default: throw api.failure(answer, of: request)
        }
    }

    private func decode(
        _ answer: ForgeAnswer,
        of request: ForgeRequest
    ) throws(ForgeFailure) -> PullRequest {
        let page = page
        return try api.decode(answer, of: request, as: BitbucketServerPullRequest.self) {
            $0.value(page: page).flatMap(api.admitted)
        }
    }

    private func side(_ branch: String) -> ConfigValue {
        .map([
            "id": .string("refs/heads/\(branch)"),
            "repository": .map([
                "slug": .string(repository), "project": .map(["key": .string(project)]),
            ]),
        ])
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        try await list([("at", "refs/heads/\(source)"), ("direction", "OUTGOING")], limit: 100)
            .between(source, target)
    }

    /// The documentation does not say which time `NEWEST` sorts by.
    ///
    /// The listed ones are sorted here; nothing is known about the others.
    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        try await list([], limit: min(max(limit, 1), 100)).byChange
    }

    private struct Page: Sendable {
        var entries: [PullRequest?]
        /// `nil`: it is the last one.
        var next: Int?
    }

    private func list(_ query: [(String, String)], limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        var entries: [PullRequest?] = []
        var isComplete = false
        var start: Int?
        for _ in 0..<Self.maxPages {
            // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-get
            let request = request(
                .GET,
                "/pull-requests",
                query: query + [("state", "ALL"), ("order", "NEWEST"), ("limit", "\(limit - entries.count)")]
                    + (start.map { [("start", "\($0)")] } ?? [])
            )
            let page = page
            let found = try await api.read(request, as: BitbucketServerPage.self) { found in
                let entries = found.values.entries.map { $0?.value(page: page).flatMap(api.admitted) }
                let next = found.isLastPage == true ? nil : found.nextPageStart
                return Self.isGarbage(entries) ? nil : Page(entries: entries, next: next)
            }
            guard let found else { throw .notFound(host: api.host, what: request.what) }
            entries += found.entries.prefix(limit - entries.count)
            isComplete = found.next == nil
            guard let next = found.next, next > start ?? 0, entries.count < limit else { break }
            start = next
        }
        return ListedPullRequests(entries, isComplete: isComplete)
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        try await look(number)?.value
    }

    private func look(
        _ number: Int
    ) async throws(ForgeFailure) -> (value: PullRequest, version: Int)? {
        let page = page
        let request = request(.GET, "/pull-requests/\(number)", what: name(number))
        return try await api.read(request, as: BitbucketServerPullRequest.self) { found in
            found.value(page: page).flatMap(api.admitted).map { (value: $0, version: found.version) }
        }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        // A new version is usual after a push or an approval: then it is read once more.
        for isLast in [false, true] {
            guard let found = try await look(number) else { throw .notFound(host: api.host, what: name(number)) }
            if let answer = try await obstacle(number, found.value, head: head) { return answer }
            if let answer = try await merge(number, version: found.version, method: method, isLast: isLast) {
                return answer
            }
        }
        return .notYet("somebody changes it at this moment")
    }

    /// What blocks a merge, or made it unnecessary.
    private func obstacle(
        _ number: Int,
        _ found: PullRequest,
        head: ObjectID?
    ) async throws(ForgeFailure) -> MergeAnswer? {
        if let settled = found.settled(head: head, closed: "declined") { return settled }
        if found.isDraft { return .notYet("it is a draft: mark it as ready") }
        // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-get
        let look = request(.GET, "/pull-requests/\(number)/merge", what: name(number))
        let answer = try await api.send(look)
        switch answer.status {
        case 200:
            let state = try api.decode(answer, of: look, as: BitbucketServerMergeability.self) { $0 }
            return state.obstacle(target: found.targetBranch) { api.shown($0) }
        // "The specified pull request is not open."
        case 409: return .notYet("somebody changes it at this moment")
        default: throw api.failure(answer, of: look)
        }
    }

    /// Merges the version that was read.
    ///
    /// - Returns: `nil`: it has another version now, and this is not the last try.
    private func merge(
        _ number: Int,
        version: Int,
        method: String?,
        isLast: Bool
    ) async throws(ForgeFailure) -> MergeAnswer? {
        // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-post
        var body: [String: ConfigValue] = [:]
        if let method { body["strategyId"] = .string(method) }
        let request = request(
            .POST,
            "/pull-requests/\(number)/merge",
            query: [("version", "\(version)")],
            body: .map(body),
            what: name(number)
        )
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200:
            guard case .merged(let commit) = try decode(answer, of: request).state else {
                return .notYet("Bitbucket still merges it")
            }
            return .merged(commit: commit)
        case 409:
            let refusal = BitbucketServerRefusal(answer)
            if refusal.isOne(of: "PullRequestOutOfDateException"), !isLast { return nil }
            let words = said.isEmpty ? "Bitbucket does not merge it now" : said
            return refusal.errors.contains { $0.conflicted == true } || Self.isFinal(words)
                ? .never(words) : .notYet(words)
        case 400: return .never(said.isEmpty ? "Bitbucket does not merge it this way" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    /// Whether a refusal to merge (409) stays until a person acts: a veto has another message.
    private static func isFinal(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["conflict", "fast-forward", "strategy"].contains { words.contains($0) }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-builds-and-deployments/#api-api-latest-projects-projectkey-repos-repositoryslug-commits-commitid-builds-post
        let state =
            switch status.state {
            case .pending: "INPROGRESS"
            case .success: "SUCCESSFUL"
            case .failure, .error: "FAILED"
            }
        // Bitbucket requires a link.
        let link = status.targetURL ?? "\(page)/commits/\(commit.hex)"
        _ = try await api.checked(
            request(
                .POST,
                "/commits/\(commit.hex)/builds",
                body: .map([
                    "key": .string(StatusKey.make(status.context, limit: Self.maxText)), "state": .string(state),
                    "name": .string(ForgeBody.cut(status.context, to: Self.maxText)),
                    "description": .string(ForgeBody.cut(status.description, to: Self.maxText)), "url": .string(link),
                ]),
                what: "commit \(commit.short) of \(api.address.repository)"
            )
        )
    }
}
