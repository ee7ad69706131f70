import Foundation

/// Gitea's API for pull requests and statuses, as its documentation describes it: <https://docs.gitea.com/api/next/>.
struct GiteaHost: ForgeHost {
    let model: ForgeModel
    let names: ForgeNames
    /// The repository's URL in webhooks; `nil`: one below the API's host.
    let cloneURL: String?

    let basePath = "/api/v1"

    private static let repositoryID = 4711
    /// `MAX_RESPONSE_ITEMS`: <https://docs.gitea.com/administration/config-cheat-sheet#api-api>.
    private static let maxItems = 50

    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        var path = request.segments
        guard path.count > 5, path[0] == "api", path[1] == "v1", path[2] == "repos" else { throw Self.unknown(request) }
        try login(request)
        switch names.place(owner: path[3], name: path[4]) {
        case .here: break
        case .moved:
            let rest = request.path.split(separator: "/").dropFirst(5).map { "/\($0)" }.joined()
            return ForgeServerAnswer(
                request.method == "GET" ? 301 : 307,
                headers: ["location": "\(names.origin)/api/v1/repos/\(names.owner)/\(names.name)\(rest)"]
            )
        case .nowhere: throw ForgeServerRefusal(Self.notFound)
        }
        path.removeFirst(5)
        try await model.refresh()
        let number = path.count > 1 ? Int(path[1]) : nil
        switch (request.method, path[0], path.count) {
        case ("GET", "pulls", 1): return try await list(request)
        case ("POST", "pulls", 1): return try await open(request)
        case ("GET", "pulls", 2):
            let pull = try await pull(number)
            await model.look(at: pull.number)
            return ForgeServerAnswer(200, try await json(pull))
        case ("GET", "pulls", 3):
            guard
                let pull = await model.list().first(where: {
                    $0.state == .open && $0.target == path[1] && $0.source == path[2]
                })
            else { throw ForgeServerRefusal(Self.notFound) }
            return ForgeServerAnswer(200, try await json(pull))
        case ("POST", "pulls", 3) where path[2] == "merge": return try await merge(request, try await pull(number))
        case ("POST", "statuses", 2): return try await setStatus(request, commit: path[1])
        default: throw Self.unknown(request)
        }
    }

    /// See <https://docs.gitea.com/development/api-usage#authentication>.
    private func login(_ request: ForgeServerRequest) throws {
        let parts = (request.headers["authorization"] ?? "").split(separator: " ").map(String.init)
        guard parts.count == 2, parts[0] == "token", names.permissions(of: parts[1]) != nil else {
            throw ForgeServerRefusal(Self.error(401, "token is required"))
        }
    }

    private func pull(_ number: Int?) async throws -> ForgePull {
        guard let number, let pull = try? await model.pull(number) else { throw ForgeServerRefusal(Self.notFound) }
        return pull
    }

    private func list(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        try request.checkQuery(
            [
                "state": ForgeServerRequest.oneOf("open", "closed", "all"),
                "sort": ForgeServerRequest.oneOf(
                    "oldest",
                    "recentupdate",
                    "recentclose",
                    "leastupdate",
                    "mostcomment",
                    "leastcomment",
                    "priority"
                ),
                "limit": ForgeServerRequest.number(1...Self.maxItems), "page": ForgeServerRequest.number(1...10_000),
            ],
            refuse: Self.error
        )
        var pulls = await model.list()
        switch request.query["state"] ?? "open" {
        case "open": pulls.removeAll { $0.state != .open }
        case "closed": pulls.removeAll { $0.state == .open }
        default: break
        }
        if request.query["sort"] == "recentupdate" { pulls.sort { $0.updatedAt > $1.updatedAt } }
        let count = Int(request.query["limit"] ?? "30") ?? 30
        let page = Int(request.query["page"] ?? "1") ?? 1
        var found: [ClusterValue] = []
        for pull in pulls.dropFirst((page - 1) * count).prefix(count) { found.append(try await json(pull)) }
        return ForgeServerAnswer(200, .list(found))
    }

    private func open(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoCreatePullRequest
        let fields = try request.fields(
            required: ["head", "base", "title"],
            optional: [
                "body", "labels", "assignee", "assignees", "milestone", "due_date", "reviewers", "team_reviewers",
            ],
            refuse: Self.error
        )
        if let labels = fields["labels"]?.list, labels.contains(where: { $0.integer == nil }) {
            throw ForgeServerRefusal(Self.error(422, "labels are ids"), violation: "labels by name")
        }
        do {
            let pull = try await model.open(
                title: fields["title"]?.string ?? "",
                body: fields["body"]?.string ?? "",
                source: fields["head"]?.string ?? "",
                target: fields["base"]?.string ?? ""
            )
            return ForgeServerAnswer(201, try await json(pull))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .noBranch: throw ForgeServerRefusal(Self.notFound)
            case .existsAlready(let number):
                throw ForgeServerRefusal(
                    Self.error(
                        409,
                        "pull request already exists for these targets [id: \(number), issue_id: \(number)]"
                    )
                )
            default: throw ForgeServerRefusal(Self.error(422, "there are no changes between the head and the base"))
            }
        }
    }

    private func merge(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoMergePullRequest
        let fields = try request.fields(
            required: ["Do"],
            optional: [
                "MergeCommitID", "MergeMessageField", "MergeTitleField", "delete_branch_after_merge", "force_merge",
                "head_commit_id", "merge_when_checks_succeed",
            ],
            refuse: Self.error
        )
        let method = fields["Do"]?.string ?? ""
        let ways: [String: ForgeMergeWay] = [
            "merge": .mergeCommit, "rebase": .rebase, "rebase-merge": .rebaseMerge, "squash": .squash,
            "fast-forward-only": .fastForward,
        ]
        guard let way = ways[method] else {
            throw ForgeServerRefusal(Self.error(422, "[Do]: In"), violation: "Do \(method)")
        }
        if await model.forbiddenMethods.contains(method) {
            throw ForgeServerRefusal(Self.error(405, "Merge style [\(method)] is not allowed for this repository"))
        }
        do {
            _ = try await model.merge(
                pull.number,
                way,
                message: "Merge pull request '\(pull.title)' (#\(pull.number)) from \(pull.source) into \(pull.target)",
                head: fields["head_commit_id"]?.string
            )
            return ForgeServerAnswer(200)
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .headChanged: throw ForgeServerRefusal(Self.error(409, "head out of date"))
            case .notFastForward:
                throw ForgeServerRefusal(Self.error(409, "Merge diverging, not possible to fast-forward"))
            case .held: throw ForgeServerRefusal(Self.error(405, "Not all required status checks successful"))
            case .draft: throw ForgeServerRefusal(Self.error(405, "Work in progress PRs cannot be merged"))
            default: throw ForgeServerRefusal(Self.error(405, "Please try again later"))
            }
        }
    }

    private func setStatus(_ request: ForgeServerRequest, commit: String) async throws -> ForgeServerAnswer {
        // https://docs.gitea.com/api/next/#tag/repository/operation/repoCreateStatus
        let fields = try request.fields(
            required: ["state"],
            optional: ["target_url", "description", "context"],
            refuse: Self.error
        )
        let state = fields["state"]?.string ?? ""
        guard ["pending", "success", "error", "failure", "warning"].contains(state) else {
            throw ForgeServerRefusal(Self.error(422, "state is not valid"), violation: "state \(state)")
        }
        guard try await model.hasCommit(commit) else { throw ForgeServerRefusal(Self.notFound) }
        await model.add(
            ForgeStatus(
                commit: commit,
                context: fields["context"]?.string ?? "default",
                state: state,
                description: fields["description"]?.string ?? "",
                url: fields["target_url"]?.string
            )
        )
        return ForgeServerAnswer(201, ["status": .string(state)])
    }

    private func json(_ pull: ForgePull) async throws -> ClusterValue {
        var value: ClusterValue = [
            "id": .integer(900_000 + pull.number), "number": .integer(pull.number), "title": .string(pull.title),
            "body": .string(pull.body), "state": pull.state == .open ? "open" : "closed",
            "draft": .bool(pull.isDraft), "merged": false, "merge_commit_sha": .null,
            "html_url": .string("\(names.origin)/\(names.owner)/\(names.name)/pulls/\(pull.number)"),
            "created_at": .string(GitHubHost.moment(pull.createdAt)),
            "updated_at": .string(GitHubHost.moment(pull.updatedAt)),
            "head": try await head(pull),
            "base": side(label: pull.target, ref: pull.target, sha: pull.base, repository: Self.repositoryID),
        ]
        if case .merged(let commit) = pull.state {
            value["merged"] = true
            value["merge_commit_sha"] = .string(commit)
        }
        let isReady = pull.state == .open && pull.looksUntilChecked == 0 && !pull.isDraft
        value["mergeable"] = .bool(isReady ? try await model.isMergeable(pull) : false)
        return value
    }

    private func head(_ pull: ForgePull) async throws -> ClusterValue {
        let isThere = await model.head(of: pull.source) != nil
        return side(
            label: pull.source,
            ref: isThere ? pull.source : "refs/pull/\(pull.number)/head",
            sha: pull.head,
            // Set for a deleted branch too: https://github.com/go-gitea/gitea/blob/main/services/convert/pull.go
            repository: Self.repositoryID
        )
    }

    /// See <https://docs.gitea.com/usage/webhooks>.
    func tell(_ webhook: ForgeWebhook, action: String, _ pull: ForgePull, before: String?) async throws {
        let name = "\(names.owner)/\(names.name)"
        var request = try await json(pull)
        for side in ["head", "base"] { request[side, "repo"] = ["full_name": .string(name)] }
        let body: ClusterValue = [
            "action": .string(action == "synchronize" ? "synchronized" : action), "number": .integer(pull.number),
            "pull_request": request,
            "repository": [
                "id": .integer(Self.repositoryID), "full_name": .string(name), "default_branch": "main",
                "html_url": .string("\(names.origin)/\(name)"),
                "clone_url": .string(cloneURL ?? "\(names.origin)/\(name).git"),
            ],
            "sender": ["login": "ada"],
        ]
        let event = action == "synchronize" ? "pull_request_sync" : "pull_request"
        try await webhook.sendAsGitea(event: event, body: body.bytes)
    }

    private func side(label: String, ref: String, sha: String, repository: Int) -> ClusterValue {
        ["label": .string(label), "ref": .string(ref), "sha": .string(sha), "repo_id": .integer(repository)]
    }

    private static var notFound: ForgeServerAnswer { error(404, "The target couldn't be found.") }

    private static func error(_ status: Int, _ words: String) -> ForgeServerAnswer {
        ForgeServerAnswer(status, ["message": .string(words), "url": "https://gitea.example.com/api/swagger"])
    }

    private static func unknown(_ request: ForgeServerRequest) -> ForgeServerRefusal {
        ForgeServerRefusal(notFound, violation: "\(request.method) \(request.path) is no endpoint")
    }
}
