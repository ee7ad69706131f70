import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Merge requests at GitLab: <https://docs.gitlab.com/api/merge_requests/>.
struct GitLabForge: HostForge {
    let kind = ForgeKind.gitlab
    let api: ForgeAPI

    /// Longest description of a status, in characters.
    private static let maxDescription = 255
    static let nouns = (repository: "project", pull: "merge request")
    static let needs = "the scope `api` and the role Developer; to merge, what the branch's protection asks for"

    /// The project, by its path: <https://docs.gitlab.com/api/rest/#namespaced-paths>.
    var path: String { "/projects/\(PercentEncoding.escaped(api.address.repository))" }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // https://docs.gitlab.com/api/merge_requests/#create-mr
        var body: [String: ConfigValue] = [
            "source_branch": .string(new.sourceBranch), "target_branch": .string(new.targetBranch),
            "title": .string(new.title), "description": .string(new.body),
        ]
        if !new.labels.isEmpty { body["labels"] = .string(new.labels.joined(separator: ",")) }
        let request = request(.POST, "/merge_requests", body: .map(body))
        return try api.decode(
            try await api.checked(request),
            of: request,
            as: GitLabMergeRequest.self
        ) { $0.value.flatMap(api.admitted) }
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        // https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
        try await list(
            [("source_branch", source), ("target_branch", target), ("state", "all"), ("order_by", "created_at")],
            limit: 100
        ).between(source, target)
    }

    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        try await list(
            [("state", "all"), ("order_by", "updated_at")],
            limit: min(max(limit, 1), 100),
            isByChange: true
        )
    }

    private func list(
        _ query: [(String, String)],
        limit: Int,
        isByChange: Bool = false
    ) async throws(ForgeFailure) -> ListedPullRequests {
        try await list(
            request(.GET, "/merge_requests", query: query + [("sort", "desc"), ("per_page", "\(limit)")]),
            as: ReadableEntries<GitLabMergeRequest>.self,
            limit: limit,
            isByChange: isByChange,
            { $0 },
            { $0.value }
        )
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        // https://docs.gitlab.com/api/merge_requests/#get-single-mr
        let request = request(.GET, "/merge_requests/\(number)", what: name(number))
        return try await api.read(request, as: GitLabMergeRequest.self) { $0.value.flatMap(api.admitted) }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        let look = request(.GET, "/merge_requests/\(number)", what: name(number))
        let found = try await api.read(look, as: GitLabMergeRequest.self) { found in
            found.value.map { (value: $0, obstacle: found.obstacle) }
        }
        guard let found else { throw .notFound(host: api.host, what: look.what) }
        if let settled = found.value.settled(head: head, closed: "closed") { return settled }
        if let obstacle = found.obstacle { return obstacle }
        return try await accept(number, method: method, head: head)
    }

    private func accept(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        // https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
        var body: [String: ConfigValue] = [:]
        if let method { body["squash"] = .bool(method == "squash") }
        if let head { body["sha"] = .string(head.hex) }
        var request = request(.PUT, "/merge_requests/\(number)/merge", body: .map(body), what: name(number))
        // 401: "This user does not have permission to accept this merge request".
        request.refusesWith401 = true
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200:
            let done = try api.decode(answer, of: request, as: GitLabMergeRequest.self) { $0 }
            guard case .merged(let commit)? = done.value?.state else { return .notYet("GitLab still merges it") }
            return .merged(commit: commit)
        // "SHA does not match HEAD of source branch".
        case 409: return .never(said.isEmpty ? "its head was changed" : said)
        // "Method Not Allowed": it is closed, a draft, or a required check has not passed.
        case 405: return .notYet(said.isEmpty ? "it cannot be merged now" : said)
        // "Branch cannot be merged".
        case 406, 422: return .never(said.isEmpty ? "it cannot be merged" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
        let state =
            switch status.state {
            case .pending: "pending"
            case .success: "success"
            case .failure, .error: "failed"
            }
        var body: [String: ConfigValue] = [
            "state": .string(state), "name": .string(status.context),
            "description": .string(ForgeBody.cut(status.description, to: Self.maxDescription)),
        ]
        if let page = status.targetURL { body["target_url"] = .string(page) }
        let request = request(
            .POST,
            "/statuses/\(commit.hex)",
            body: .map(body),
            what: "commit \(commit.short) of \(api.address.repository)"
        )
        let answer = try await api.send(request)
        guard !(200..<300).contains(answer.status) else { return }
        // "Cannot transition status via :enqueue from :pending": it already has that state.
        if answer.status == 400, api.words(of: answer).contains("from :\(state)") { return }
        throw api.failure(answer, of: request)
    }
}
