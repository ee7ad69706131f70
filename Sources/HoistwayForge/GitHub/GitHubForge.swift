import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at GitHub and GitHub Enterprise: <https://docs.github.com/en/rest/pulls/pulls>.
struct GitHubForge: Forge {
    let kind = ForgeKind.github
    let api: ForgeAPI

    /// Longest description of a status, in characters; GitHub refuses longer ones with 422.
    private static let maxDescription = 140

    private static let pulls = ["contents": "write", "pull_requests": "write"]
    private static let pullsNeed = "write access to pull requests and contents (`Pull requests` and `Contents`)"

    private var path: String {
        "/repos/" + api.address.segments.map(PercentEncoding.segment).joined(separator: "/")
    }

    private func request(
        _ method: HTTPMethod,
        _ rest: String,
        query: [(String, String)] = [],
        body: ConfigValue? = nil,
        what: String? = nil
    ) -> ForgeRequest {
        var request = ForgeRequest(
            method: method,
            path: path + rest,
            query: query.map { (name: $0.0, value: $0.1) },
            body: body.map(ForgeBody.json),
            what: what ?? "repository \(api.address.repository)",
            needs: Self.pullsNeed
        )
        request.permissions = Self.pulls
        // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#headers
        request.accept = "application/vnd.github+json"
        request.extraHeaders = [("x-github-api-version", "2022-11-28")]
        return request
    }

    private func name(_ number: Int) -> String { "pull request \(number) of \(api.address.repository)" }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
        let request = request(
            .POST,
            "/pulls",
            body: .map([
                "title": .string(new.title), "head": .string(new.sourceBranch), "base": .string(new.targetBranch),
                "body": .string(new.body),
            ])
        )
        let answer = try await api.checked(request)
        let made = try api.decode(answer, of: request, as: GitHubPullRequest.self) { $0.value }
        guard !new.labels.isEmpty else { return made }
        // https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue
        _ = try await api.checked(
            self.request(
                .POST,
                "/issues/\(made.number)/labels",
                body: .map(["labels": .list(new.labels.map(ConfigValue.string))]),
                what: "\(name(made.number)), which was opened and wants its labels"
            )
        )
        return made
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> [PullRequest] {
        // https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
        let owner = api.address.segments.first ?? ""
        let found = try await list([
            ("state", "all"), ("head", "\(owner):\(source)"), ("base", target), ("sort", "created"),
            ("direction", "desc"), ("per_page", "100"),
        ])
        return found.filter { $0.sourceBranch == source && $0.targetBranch == target && !$0.isFromFork }
    }

    package func latest(_ limit: Int) async throws(ForgeFailure) -> [PullRequest] {
        try await list([
            ("state", "all"), ("sort", "updated"), ("direction", "desc"), ("per_page", "\(min(max(limit, 1), 100))"),
        ])
    }

    private func list(_ query: [(String, String)]) async throws(ForgeFailure) -> [PullRequest] {
        let request = request(.GET, "/pulls", query: query)
        let found = try await api.read(request, as: [GitHubPullRequest].self) { list in
            let values = list.compactMap(\.value)
            return values.count == list.count ? values : nil
        }
        guard let found else { throw .notFound(host: api.host, what: request.what) }
        return found
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        // https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
        try await api.read(request(.GET, "/pulls/\(number)", what: name(number)), as: GitHubPullRequest.self) {
            $0.value
        }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        let look = request(.GET, "/pulls/\(number)", what: name(number))
        let found = try await api.read(look, as: GitHubPullRequest.self) { found in
            found.value.map { (value: $0, mergeability: GitHubMergeability(found)) }
        }
        guard let found else { throw .notFound(host: api.host, what: look.what) }
        if let settled = found.value.settled(head: head, closed: "closed") { return settled }
        // A login that may override the rules of a branch would: so GitHub is asked first.
        if case .answer(let answer) = found.mergeability { return answer }
        // https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
        var body: [String: ConfigValue] = ["merge_method": .string(method ?? "merge")]
        if let head { body["sha"] = .string(head.hex) }
        let request = request(.PUT, "/pulls/\(number)/merge", body: .map(body), what: name(number))
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200:
            let done = try api.decode(answer, of: request, as: GitHubMerge.self) { $0.merged ? $0 : nil }
            return .merged(commit: ObjectID(answer: done.sha))
        // "Head branch was modified. Review and try the merge again."
        case 409: return .never(said.isEmpty ? "its head was changed" : said)
        case 405: return Self.isFinal(said) ? .never(said) : .notYet(said.isEmpty ? "it is not mergeable" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    /// Whether a refusal to merge (405) stays until somebody changes the settings.
    ///
    /// "Squash merges are not allowed on this repository.", "Changes must be made through the merge queue"; what is
    /// missing yet has other words: "At least 1 approving review is required", "Base branch was modified."
    private static func isFinal(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["not allowed", "merge queue", "cannot be rebased", "merge conflict"].contains { words.contains($0) }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
        var body: [String: ConfigValue] = [
            "state": .string(status.state.rawValue), "context": .string(status.context),
            "description": .string(ForgeBody.cut(status.description, to: Self.maxDescription)),
        ]
        if let page = status.targetURL { body["target_url"] = .string(page) }
        var request = request(
            .POST,
            "/statuses/\(commit.hex)",
            body: .map(body),
            what: "commit \(commit.short) of \(api.address.repository)"
        )
        request.permissions = ["statuses": "write"]
        request.needs = "write access to commit statuses (`Commit statuses`)"
        _ = try await api.checked(request)
    }
}
