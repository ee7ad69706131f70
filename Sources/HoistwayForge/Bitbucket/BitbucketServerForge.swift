import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at Bitbucket Data Center:
/// <https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/>.
struct BitbucketServerForge: Forge {
    let kind = ForgeKind.bitbucketDataCenter
    let api: ForgeAPI

    /// Of a status, in characters.
    private static let maxKey = 255

    private var project: String { api.address.segments.first ?? "" }
    private var repository: String { api.address.segments.last ?? "" }

    private var path: String {
        "/projects/\(PercentEncoding.segment(project))/repos/\(PercentEncoding.segment(repository))"
    }

    private func request(
        _ method: HTTPMethod,
        _ rest: String,
        query: [(String, String)] = [],
        body: ConfigValue? = nil,
        what: String? = nil
    ) -> ForgeRequest {
        ForgeRequest(
            method: method,
            path: path + rest,
            query: query.map { (name: $0.0, value: $0.1) },
            body: body.map(ForgeBody.json),
            what: what ?? "repository \(api.address.repository)",
            needs: "the permission *Repository write*"
        )
    }

    private func name(_ number: Int) -> String { "pull request \(number) of \(api.address.repository)" }

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
        case 201: return try api.decode(answer, of: request, as: BitbucketServerPullRequest.self) { $0.value }
        // The repository, or one of the branches.
        case 404:
            let said = api.words(of: answer)
            throw .refused(
                host: api.host,
                detail: said.isEmpty ? "it knows no branch \(new.sourceBranch) or \(new.targetBranch)" : said,
                hint: "check that both branches are there"
            )
        default: throw api.failure(answer, of: request)
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

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> [PullRequest] {
        let found = try await list([("at", "refs/heads/\(source)"), ("direction", "OUTGOING")], limit: 100)
        return found.filter { $0.sourceBranch == source && $0.targetBranch == target && !$0.isFromFork }
            .sorted { $0.number > $1.number }
    }

    package func latest(_ limit: Int) async throws(ForgeFailure) -> [PullRequest] {
        // By which moment NEWEST orders is not documented.
        try await list([], limit: min(max(limit, 1), 100)).sorted {
            ($0.updatedAt ?? Timestamp(seconds: 0)) > ($1.updatedAt ?? Timestamp(seconds: 0))
        }
    }

    private func list(_ query: [(String, String)], limit: Int) async throws(ForgeFailure) -> [PullRequest] {
        // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-get
        let request = request(
            .GET,
            "/pull-requests",
            query: query + [("state", "ALL"), ("order", "NEWEST"), ("limit", "\(limit)")]
        )
        let found = try await api.read(request, as: BitbucketServerPage.self) { page in
            let values = page.values.compactMap(\.value)
            return values.count == page.values.count ? values : nil
        }
        guard let found else { throw .notFound(host: api.host, what: request.what) }
        return found
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        try await look(number)?.value
    }

    private func look(
        _ number: Int
    ) async throws(ForgeFailure) -> (value: PullRequest, version: Int)? {
        let request = request(.GET, "/pull-requests/\(number)", what: name(number))
        return try await api.read(request, as: BitbucketServerPullRequest.self) { found in
            found.value.map { (value: $0, version: found.version) }
        }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        guard let found = try await look(number) else { throw .notFound(host: api.host, what: name(number)) }
        switch found.value.state {
        case .merged(let commit): return .merged(commit: commit)
        case .closed: return .never("it is declined")
        case .open: break
        }
        if let head, let present = found.value.head, present != head {
            return .never("its head is \(present.short), and not \(head.short): somebody has pushed to its branch")
        }
        if found.value.isDraft { return .notYet("it is a draft: mark it as ready") }
        let look = request(.GET, "/pull-requests/\(number)/merge", what: name(number))
        let state = try api.decode(
            try await api.checked(look),
            of: look,
            as: BitbucketServerMergeability.self
        ) { $0 }
        if let obstacle = state.obstacle(target: found.value.targetBranch, { api.shown($0) }) { return obstacle }
        return try await accept(number, version: found.version, method: method)
    }

    /// The version changes with each push: one that is not the present one is refused.
    private func accept(_ number: Int, version: Int, method: String?) async throws(ForgeFailure) -> MergeAnswer {
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
            let done = try api.decode(answer, of: request, as: BitbucketServerPullRequest.self) { $0.value }
            guard case .merged(let commit) = done.state else { return .notYet("Bitbucket still merges it") }
            return .merged(commit: commit)
        // A veto, a conflict, or another version: the next look tells which.
        case 409: return .notYet(said.isEmpty ? "Bitbucket does not merge it now" : said)
        case 400: return .never(said.isEmpty ? "Bitbucket does not merge it this way" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-builds-and-deployments/#api-api-latest-projects-projectkey-repos-repositoryslug-commits-commitid-builds-post
        let state =
            switch status.state {
            case .pending: "INPROGRESS"
            case .success: "SUCCESSFUL"
            case .failure, .error: "FAILED"
            }
        let origin = WebAddress(
            isSecure: api.address.base.isSecure,
            host: api.address.base.host,
            port: api.address.base.port,
            target: "/"
        )
        let page = status.targetURL ?? "\(origin.text)projects/\(project)/repos/\(repository)/commits/\(commit.hex)"
        _ = try await api.checked(
            request(
                .POST,
                "/commits/\(commit.hex)/builds",
                body: .map([
                    "key": .string(StatusKey.make(status.context, limit: Self.maxKey)), "state": .string(state),
                    "name": .string(ForgeBody.cut(status.context, to: 255)),
                    "description": .string(ForgeBody.cut(status.description, to: 255)), "url": .string(page),
                ]),
                what: "commit \(commit.short) of \(api.address.repository)"
            )
        )
    }
}
