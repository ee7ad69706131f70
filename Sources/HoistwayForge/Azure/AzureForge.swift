import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at Azure DevOps, version 7.1 of its API:
/// <https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests?view=azure-devops-rest-7.1>.
struct AzureForge: Forge {
    let kind = ForgeKind.azure
    let api: ForgeAPI

    private static let version = ("api-version", "7.1")

    private var names: [String] { api.address.segments.map(PercentEncoding.segment) }

    private var path: String { "/\(names[0])/\(names[1])/_apis/git/repositories/\(names[2])" }

    /// The repository's page.
    private var page: String { "\(api.address.base.text)/\(names[0])/\(names[1])/_git/\(names[2])" }

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
            query: (query + [Self.version]).map { (name: $0.0, value: $0.1) },
            body: body.map(ForgeBody.json),
            what: what ?? "repository \(api.address.repository)",
            needs: "*Code: Read & write* and *Code: Status*"
        )
    }

    private func name(_ number: Int) -> String { "pull request \(number) of \(api.address.repository)" }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/create?view=azure-devops-rest-7.1
        var body: [String: ConfigValue] = [
            "sourceRefName": .string("refs/heads/\(new.sourceBranch)"),
            "targetRefName": .string("refs/heads/\(new.targetBranch)"), "title": .string(new.title),
            "description": .string(new.body),
        ]
        if !new.labels.isEmpty { body["labels"] = .list(new.labels.map { .map(["name": .string($0)]) }) }
        let request = request(.POST, "/pullrequests", body: .map(body))
        let page = page
        return try api.decode(try await api.checked(request), of: request, as: AzurePullRequest.self) {
            $0.value(page: page)
        }
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> [PullRequest] {
        let found = try await list([
            ("searchCriteria.sourceRefName", "refs/heads/\(source)"),
            ("searchCriteria.targetRefName", "refs/heads/\(target)"), ("searchCriteria.status", "all"), ("$top", "100"),
        ])
        return found.filter { $0.sourceBranch == source && $0.targetBranch == target && !$0.isFromFork }
            .sorted { $0.number > $1.number }
    }

    /// By their beginning or end: Azure DevOps does not say when anything else changed.
    package func latest(_ limit: Int) async throws(ForgeFailure) -> [PullRequest] {
        try await list([("searchCriteria.status", "all"), ("$top", "\(min(max(limit, 1), 100))")]).sorted {
            ($0.updatedAt ?? Timestamp(seconds: 0)) > ($1.updatedAt ?? Timestamp(seconds: 0))
        }
    }

    private func list(_ query: [(String, String)]) async throws(ForgeFailure) -> [PullRequest] {
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests?view=azure-devops-rest-7.1
        let request = request(.GET, "/pullrequests", query: query)
        let page = page
        let found = try await api.read(request, as: AzurePullRequests.self) { list in
            let values = list.value.compactMap { $0.value(page: page) }
            return values.count == list.value.count ? values : nil
        }
        guard let found else { throw .notFound(host: api.host, what: request.what) }
        return found
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        try await look(number)?.value
    }

    private func look(
        _ number: Int
    ) async throws(ForgeFailure) -> (value: PullRequest, obstacle: MergeAnswer?)? {
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1
        let page = page
        let request = request(.GET, "/pullrequests/\(number)", what: name(number))
        return try await api.read(request, as: AzurePullRequest.self) { found in
            found.value(page: page).map { (value: $0, obstacle: found.obstacle) }
        }
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        guard let found = try await look(number) else { throw .notFound(host: api.host, what: name(number)) }
        switch found.value.state {
        case .merged(let commit): return .merged(commit: commit)
        case .closed: return .never("it is abandoned")
        case .open: break
        }
        if let head, let present = found.value.head, present != head {
            return .never("its head is \(present.short), and not \(head.short): somebody has pushed to its branch")
        }
        if let obstacle = found.obstacle { return obstacle }
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/update?view=azure-devops-rest-7.1
        var options: [String: ConfigValue] = ["deleteSourceBranch": .bool(false), "bypassPolicy": .bool(false)]
        if let method { options["mergeStrategy"] = .string(method) }
        var body: [String: ConfigValue] = ["status": .string("completed"), "completionOptions": .map(options)]
        // It is completed only while its head is this one.
        if let commit = head ?? found.value.head {
            body["lastMergeSourceCommit"] = .map(["commitId": .string(commit.hex)])
        }
        let request = request(.PATCH, "/pullrequests/\(number)", body: .map(body), what: name(number))
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200:
            // The answer comes before the merge is made.
            guard case .merged(let commit)? = try await look(number)?.value.state else {
                return .notYet("Azure DevOps completes it")
            }
            return .merged(commit: commit)
        case 400: return .never(said.isEmpty ? "Azure DevOps does not complete it this way" : said)
        // "TF401192: the source branch has been modified", or a policy that is not met.
        case 409: return said.contains("TF401192") ? .never(said) : .notYet(said.isEmpty ? "it is not completed" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    package func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure) {
        // https://learn.microsoft.com/rest/api/azure/devops/git/statuses/create?view=azure-devops-rest-7.1
        let state =
            switch status.state {
            case .pending: "pending"
            case .success: "succeeded"
            case .failure: "failed"
            case .error: "error"
            }
        // What stands before the last slash is the genre.
        let parts = status.context.split(separator: "/").map(String.init)
        var context: [String: ConfigValue] = ["name": .string(parts.last ?? status.context)]
        if parts.count > 1 { context["genre"] = .string(parts.dropLast().joined(separator: "/")) }
        var body: [String: ConfigValue] = [
            "state": .string(state), "description": .string(status.description), "context": .map(context),
        ]
        if let page = status.targetURL { body["targetUrl"] = .string(page) }
        _ = try await api.checked(
            request(
                .POST,
                "/commits/\(commit.hex)/statuses",
                body: .map(body),
                what: "commit \(commit.short) of \(api.address.repository)"
            )
        )
    }
}
