import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at GitHub and GitHub Enterprise: <https://docs.github.com/en/rest/pulls/pulls>.
struct GitHubForge: HostForge {
    let kind = ForgeKind.github
    let api: ForgeAPI

    /// Longest description of a status, in characters; GitHub refuses longer ones with 422.
    private static let maxDescription = 140

    static let needs = "write access to pull requests and contents (`Pull requests` and `Contents`)"
    private static let pulls = ["contents": "write", "pull_requests": "write"]

    var path: String {
        "/repos/" + api.address.segments.map(PercentEncoding.escaped).joined(separator: "/")
    }

    func finish(_ request: inout ForgeRequest) {
        request.permissions = Self.pulls
        // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#headers
        request.accept = "application/vnd.github+json"
        request.extraHeaders = [("x-github-api-version", "2022-11-28")]
    }

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
        let made = try api.decode(answer, of: request, as: GitHubPullRequest.self) { $0.value.flatMap(api.admitted) }
        try await label(made.number, new.labels)
        return made
    }

    package func label(_ number: Int, _ labels: [String]) async throws(ForgeFailure) {
        guard !labels.isEmpty else { return }
        // https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue
        _ = try await api.checked(
            request(
                .POST,
                "/issues/\(number)/labels",
                body: .map(["labels": .list(labels.map(ConfigValue.string))]),
                what: "\(name(number)), which was opened and wants its labels"
            )
        )
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        // https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
        let owner = api.address.segments.first ?? ""
        return try await list(
            [("state", "all"), ("head", "\(owner):\(source)"), ("base", target), ("sort", "created")],
            limit: 100
        ).between(source, target)
    }

    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        try await list([("state", "all"), ("sort", "updated")], limit: min(max(limit, 1), 100), isByChange: true)
    }

    private func list(
        _ query: [(String, String)],
        limit: Int,
        isByChange: Bool = false
    ) async throws(ForgeFailure) -> ListedPullRequests {
        try await list(
            request(.GET, "/pulls", query: query + [("direction", "desc"), ("per_page", "\(limit)")]),
            as: ReadableEntries<GitHubPullRequest>.self,
            limit: limit,
            isByChange: isByChange,
            { $0 },
            { $0.value }
        )
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        // https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
        try await api.read(request(.GET, "/pulls/\(number)", what: name(number)), as: GitHubPullRequest.self) {
            $0.value.flatMap(api.admitted)
        }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        let look = request(.GET, "/pulls/\(number)", what: name(number))
        let found = try await api.read(look, as: GitHubPullRequest.self) { found in
            found.value.map { (value: $0, mergeability: GitHubMergeability(found)) }
        }
        guard let found else { throw .notFound(host: api.host, what: look.what) }
        if let settled = found.value.settled(head: head, closed: "closed") { return settled }
        // With a login that may bypass the rules of a branch, a merge would bypass them: so the state is checked first.
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
    /// "Squash merges are not allowed on this repository.", "Changes must be made through the merge queue"; an unmet
    /// condition has another message: "At least 1 approving review is required", "Base branch was modified."
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
