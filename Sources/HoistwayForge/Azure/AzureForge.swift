import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Pull requests at Azure DevOps: <https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests?view=azure-devops-rest-7.1>.
struct AzureForge: HostForge {
    let kind = ForgeKind.azure
    let api: ForgeAPI

    static let needs = "*Code: Read & write* and *Code: Status*"

    /// The pauses between looks at a completion: Azure DevOps accepts it first and makes it later.
    var pauses = usualPauses

    private static let usualPauses: [Duration] = [
        .milliseconds(100), .milliseconds(400), .seconds(1), .seconds(1), .seconds(2), .seconds(2), .seconds(3),
    ]
    /// Of a pull request, in units of UTF-16: "Description (up to 4000 characters)".
    private static let maxDescription = 4000

    init(api: ForgeAPI) {
        self.api = api
    }

    /// A self-hosted server may be older: Azure DevOps Server 2020 has 6.0, which all later ones accept too.
    ///
    /// - <https://learn.microsoft.com/azure/devops/integrate/concepts/rest-api-versioning>
    private var version: (String, String) { ("api-version", AzurePath.isCloud(api.address.host) ? "7.1" : "6.0") }

    private var names: [String] { api.address.segments.map(PercentEncoding.escaped) }

    var path: String { "/\(names[0])/\(names[1])/_apis/git/repositories/\(names[2])" }

    /// The repository's page.
    private var page: String { "\(api.address.base.text)/\(names[0])/\(names[1])/_git/\(names[2])" }

    func finish(_ request: inout ForgeRequest) {
        request.query.append((name: version.0, value: version.1))
        // Without this, an unknown login is redirected to a page for people; Microsoft's own clients send it too:
        // https://github.com/microsoft/azure-devops-node-api/blob/master/api/WebApi.ts
        request.extraHeaders = [("x-tfs-fedauthredirect", "Suppress")]
        // The status of that page.
        request.meaning = { $0.status == 203 ? .unauthenticated : nil }
    }

    package func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest {
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/create?view=azure-devops-rest-7.1
        var body: [String: ConfigValue] = [
            "sourceRefName": .string("refs/heads/\(new.sourceBranch)"),
            "targetRefName": .string("refs/heads/\(new.targetBranch)"), "title": .string(new.title),
            "description": .string(ForgeBody.cut(new.body, toUnits: Self.maxDescription)),
        ]
        if !new.labels.isEmpty { body["labels"] = .list(new.labels.map { .map(["name": .string($0)]) }) }
        let request = request(.POST, "/pullrequests", body: .map(body))
        let page = page
        return try api.decode(try await api.checked(request), of: request, as: AzurePullRequest.self) {
            $0.value(page: page).flatMap(api.admitted)
        }
    }

    package func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests {
        let branches = [
            ("searchCriteria.sourceRefName", "refs/heads/\(source)"),
            ("searchCriteria.targetRefName", "refs/heads/\(target)"),
        ]
        return try await list(branches, limit: 100).between(source, target)
    }

    /// Sorted by their start or end: Azure DevOps has no time of other changes.
    package func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        try await list([], limit: min(max(limit, 1), 100)).byChange
    }

    private func list(_ query: [(String, String)], limit: Int) async throws(ForgeFailure) -> ListedPullRequests {
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests?view=azure-devops-rest-7.1
        let page = page
        return try await list(
            request(
                .GET,
                "/pullrequests",
                query: query + [("searchCriteria.status", "all"), ("$top", "\(limit)")]
            ),
            as: AzurePullRequests.self,
            limit: limit,
            { $0.value },
            { $0.value(page: page) }
        )
    }

    package func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest? {
        try await look(number)?.value
    }

    private struct Look: Sendable {
        var value: PullRequest
        var obstacle: MergeAnswer?
    }

    private func look(_ number: Int) async throws(ForgeFailure) -> Look? {
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1
        let page = page
        let request = request(.GET, "/pullrequests/\(number)", what: name(number))
        return try await api.read(request, as: AzurePullRequest.self) { found in
            found.value(page: page).flatMap(api.admitted).map {
                Look(value: $0, obstacle: found.obstacle { api.shown($0) })
            }
        }
    }

    private func found(_ number: Int) async throws(ForgeFailure) -> Look {
        guard let found = try await look(number) else { throw .notFound(host: api.host, what: name(number)) }
        return found
    }

    package func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer {
        let found = try await found(number)
        if let answer = found.value.settled(head: head, closed: "abandoned") ?? found.obstacle { return answer }
        // Azure DevOps requires the head that was read before the merge.
        guard let head = head ?? found.value.head else {
            return .notYet("Azure DevOps does not show its head commit yet")
        }
        // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/update?view=azure-devops-rest-7.1
        var options: [String: ConfigValue] = ["deleteSourceBranch": .bool(false), "bypassPolicy": .bool(false)]
        if let method { options["mergeStrategy"] = .string(method) }
        var request = request(
            .PATCH,
            "/pullrequests/\(number)",
            body: .map([
                "status": .string("completed"), "completionOptions": .map(options),
                "lastMergeSourceCommit": .map(["commitId": .string(head.hex)]),
            ]),
            what: name(number)
        )
        // An unmet policy has the status of a missing permission.
        let usual = request.meaning
        request.meaning = { answer in
            let isPolicy =
                answer.status == 403 && AzureRefusal.kind(of: answer) == "GitPullRequestUpdateRejectedByPolicyException"
            return isPolicy ? .matter : usual(answer)
        }
        let answer = try await api.send(request)
        let said = api.words(of: answer)
        switch answer.status {
        case 200: return try await completion(of: number, head: head)
        case 403: return .notYet(said.isEmpty ? "a policy of the branch is not met" : said)
        case 400: return .never(said.isEmpty ? "Azure DevOps does not complete it this way" : said)
        // "TF401192": something has changed since the look; the next look shows what.
        case 409:
            return try await self.found(number).value.settled(head: head, closed: "abandoned")
                ?? .notYet(said.isEmpty ? "somebody has changed it at this moment" : said)
        default: throw api.failure(answer, of: request)
        }
    }

    /// Waits for a completion: Azure DevOps accepts it before it is made, and its answer shows the state before.
    private func completion(of number: Int, head: ObjectID) async throws(ForgeFailure) -> MergeAnswer {
        var present = try await found(number)
        for pause in pauses {
            if let answer = present.value.settled(head: head, closed: "abandoned") { return answer }
            if let obstacle = present.obstacle, case .never = obstacle { return obstacle }
            do {
                try await Task.sleep(for: pause)
            } catch {
                break
            }
            present = try await found(number)
        }
        return present.value.settled(head: head, closed: "abandoned") ?? present.obstacle
            ?? .notYet("Azure DevOps still completes it")
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
        // The part before the last slash is the genre.
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
