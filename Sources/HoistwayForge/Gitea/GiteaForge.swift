import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at Gitea and Forgejo: <https://docs.gitea.com/api/next/>.
struct GiteaForge: HostForge {
    let kind = ForgeKind.gitea
    let api: ForgeAPI

    static let needs = "write access to the repository (scope `write:repository` of its token)"
    /// Gitea's own default limits pages to this size (`MAX_RESPONSE_ITEMS`):
    /// <https://docs.gitea.com/administration/config-cheat-sheet#api-api>.
    private static let pageSize = 50
    private static let pages = 2

    var path: String {
        "/repos/" + api.address.segments.map(PercentEncoding.escaped).joined(separator: "/")
    }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoCreatePullRequest
        let request = request(
            .POST,
            "/pulls",
            body: .map([
                "head": .string(new.sourceBranch), "base": .string(new.targetBranch), "title": .string(new.title),
                "body": .string(new.body),
            ])
        )
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 201:
            return try api.decode(answer, of: request, as: GiteaPullRequest.self) { $0.value.flatMap(api.admitted) }
        // The repository, or one of the branches: "the target couldn't be found".
        case 404:
            throw .refused(
                host: api.host,
                detail: said.isEmpty ? "it knows no branch \(new.sourceBranch) or \(new.targetBranch)" : said,
                hint: "check that both branches are there"
            )
        default: throw api.failure(answer, of: request)
        }
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        var found: [PullRequest] = []
        var unread = 0
        for page in 1...Self.pages {
            let list = try await list(limit: Self.pageSize, page: page)
            found += list.between(source, target)
            unread += list.unread
            if list.isComplete { break }
        }
        if !found.contains(where: { $0.state == .open }) {
            // An open one, even if it has not changed for long.
            // https://docs.gitea.com/api/next/#tag/repository/operation/repoGetPullRequestByBaseHead
            let branches = "\(PercentEncoding.escaped(target))/\(PercentEncoding.escaped(source))"
            let request = request(.GET, "/pulls/\(branches)", what: "pull request from \(source) to \(target)")
            let one = try await api.read(request, as: GiteaPullRequest.self) { $0.value.flatMap(api.admitted) }
            if let one, !one.isFromFork, !found.contains(where: { $0.number == one.number }) { found.append(one) }
            // The list has unreadable ones of all branches, and the answer for these two branches was readable.
            unread = 0
        }
        return ListedPullRequests(found, unread: unread).between(source, target)
    }

    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        try await list(limit: min(max(limit, 1), Self.pageSize), page: 1)
    }

    private func list(limit: Int, page: Int) async throws(ForgeFailure) -> ListedPullRequests {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoListPullRequests
        try await list(
            request(
                .GET,
                "/pulls",
                query: [("state", "all"), ("sort", "recentupdate"), ("page", "\(page)"), ("limit", "\(limit)")]
            ),
            as: ReadableEntries<GiteaPullRequest>.self,
            limit: limit,
            isByChange: true,
            { $0 },
            { $0.value }
        )
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoGetPullRequest
        try await api.read(request(.GET, "/pulls/\(number)", what: name(number)), as: GiteaPullRequest.self) {
            $0.value.flatMap(api.admitted)
        }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        guard let found = try await pullRequest(number) else {
            throw .notFound(host: api.host, what: name(number))
        }
        if let settled = found.settled(head: head, closed: "closed") { return settled }
        if found.isDraft { return .notYet("it is a draft: take the mark out of its title") }
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoMergePullRequest
        var body: [String: ConfigValue] = ["Do": .string(method ?? "merge")]
        if let head { body["head_commit_id"] = .string(head.hex) }
        let request = request(.POST, "/pulls/\(number)/merge", body: .map(body), what: name(number))
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200, 204:
            guard case .merged(let commit)? = try await pullRequest(number)?.state else {
                return .notYet("Gitea still merges it")
            }
            return .merged(commit: commit)
        // A conflict while merging, or another head.
        case 409:
            return .never(said.isEmpty ? "it conflicts with \(found.targetBranch), or its head was changed" : said)
        case 405: return Self.isFinal(said) ? .never(said) : .notYet(Self.words(said, found.targetBranch))
        case 423: return .never(said.isEmpty ? "the repository is archived" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    /// Gitea has the same message while it still checks and when it has found a conflict.
    private static func words(_ said: String, _ target: String) -> String {
        said.isEmpty || said.lowercased().contains("try again later")
            ? "Gitea says that it is not mergeable now: it still checks, or there is a conflict with \(target)" : said
    }

    private static func isFinal(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["style", "not allowed to merge", "user not allowed"].contains { words.contains($0) }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoCreateStatus
        var body: [String: ConfigValue] = [
            "state": .string(status.state.rawValue), "context": .string(status.context),
            "description": .string(status.description),
        ]
        if let page = status.targetURL { body["target_url"] = .string(page) }
        _ = try await api.checked(
            request(
                .POST,
                "/statuses/\(commit.hex)",
                body: .map(body),
                what: "commit \(commit.short) of \(api.address.repository)"
            )
        )
    }
}
