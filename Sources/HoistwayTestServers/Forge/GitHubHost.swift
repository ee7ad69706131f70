import Foundation

/// GitHub's REST API for pull requests and statuses, as documented for 2022-11-28:
/// <https://docs.github.com/en/rest/pulls/pulls>.
struct GitHubHost: ForgeHost {
    let model: ForgeModel
    let names: ForgeNames
    let options: ForgeServer.Options

    let basePath = "/api/v3"

    /// The id of the repository in redirects.
    private static let repositoryID = 4711

    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        guard request.path.hasPrefix("\(basePath)/") else { throw Self.unknown(request) }
        // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
        guard request.headers["user-agent"] != nil else {
            throw ForgeServerRefusal(
                Self.error(403, "Request forbidden by administrative rules."),
                violation: "no user-agent"
            )
        }
        if let version = request.headers["x-github-api-version"], version != "2022-11-28" {
            throw ForgeServerRefusal(Self.error(400, "The version is not supported"), violation: "version \(version)")
        }
        var path = Array(request.segments.dropFirst(2))
        if path.first == "app" { return try makeToken(request, path) }
        let permissions = try login(request)
        switch (path.first, path.count) {
        case ("repositories", 2...) where path[1] == "\(Self.repositoryID)" && !names.isGone:
            path.removeFirst(2)
        case ("repos", 3...):
            switch names.place(owner: path[1], name: path[2]) {
            case .here: path.removeFirst(3)
            case .moved:
                let rest = request.path.split(separator: "/").dropFirst(5).map { "/\($0)" }.joined()
                let place = "\(names.origin)\(basePath)/repositories/\(Self.repositoryID)\(rest)"
                let query = request.query.sorted { $0.key < $1.key }.map {
                    "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
                }
                // https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
                return ForgeServerAnswer(
                    request.method == "GET" ? 301 : 307,
                    ["message": "Moved Permanently"],
                    headers: ["location": place + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")]
                )
            case .nowhere: throw ForgeServerRefusal(Self.error(404, "Not Found"))
            }
        default: throw Self.unknown(request)
        }
        return try await answer(request, path, permissions)
    }

    private func answer(
        _ request: ForgeServerRequest,
        _ path: [String],
        _ permissions: Set<String>?
    ) async throws -> ForgeServerAnswer {
        try await model.refresh()
        let number = path.count > 1 ? Int(path[1]) : nil
        switch (request.method, path.first, path.count) {
        case ("GET", "pulls", 1):
            try Self.demand("pull_requests", in: permissions)
            return try await list(request)
        case ("POST", "pulls", 1):
            try Self.demand("pull_requests:write", in: permissions)
            return try await open(request)
        case ("GET", "pulls", 2):
            try Self.demand("pull_requests", in: permissions)
            try request.checkQuery([:], refuse: Self.error)
            let pull = try await pull(number)
            await model.look(at: pull.number)
            return marked(request, try await json(pull, isWhole: true))
        case ("PUT", "pulls", 3) where path[2] == "merge":
            try Self.demand("contents:write", in: permissions)
            return try await merge(request, try await pull(number))
        case ("POST", "issues", 3) where path[2] == "labels":
            try Self.demand("pull_requests:write", in: permissions)
            return try await label(request, try await pull(number))
        case ("POST", "statuses", 2):
            try Self.demand("statuses:write", in: permissions)
            return try await setStatus(request, commit: path[1])
        default: throw Self.unknown(request)
        }
    }

    // MARK: Logins

    /// The permissions of the login; `nil`: all.
    private func login(_ request: ForgeServerRequest) throws -> Set<String>? {
        let parts = (request.headers["authorization"] ?? "").split(separator: " ").map(String.init)
        guard parts.count == 2, ["bearer", "token"].contains(parts[0].lowercased()) else {
            throw ForgeServerRefusal(Self.error(401, "Requires authentication"))
        }
        guard let permissions = names.permissions(of: parts[1]) else {
            throw ForgeServerRefusal(Self.error(401, "Bad credentials"))
        }
        return permissions
    }

    private static func demand(_ permission: String, in permissions: Set<String>?) throws {
        guard let permissions, !permissions.contains(permission), !permissions.contains("\(permission):write") else {
            return
        }
        throw ForgeServerRefusal(error(403, "Resource not accessible by integration"))
    }

    /// See <https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app>.
    private func makeToken(_ request: ForgeServerRequest, _ path: [String]) throws -> ForgeServerAnswer {
        guard request.method == "POST", path.count == 4, path[1] == "installations", path[3] == "access_tokens" else {
            throw Self.unknown(request)
        }
        let proof = request.headers["authorization"] ?? ""
        guard proof.hasPrefix("Bearer "), proof.split(separator: ".").count == 3 else {
            throw ForgeServerRefusal(Self.error(401, "A JSON web token could not be decoded"))
        }
        guard let installation = options.installation, installation.id == path[2] else {
            throw ForgeServerRefusal(Self.error(404, "Integration not found"))
        }
        let fields = try request.fields(
            required: [],
            optional: ["repositories", "repository_ids", "permissions"],
            refuse: Self.error
        )
        let asked = fields["permissions"]?.map?.mapValues { $0.string ?? "" } ?? installation.permissions
        for (name, access) in asked {
            let granted = installation.permissions[name]
            guard granted == access || granted == "write" && access == "read" else {
                throw ForgeServerRefusal(
                    Self.error(422, "The permissions requested are not granted to this installation.")
                )
            }
        }
        if let named = fields["repositories"]?.list, !named.contains(.string(names.name)) {
            throw ForgeServerRefusal(
                Self.error(422, "There is at least one repository that does not exist or is not accessible")
            )
        }
        let token = names.makeToken(Set(asked.map { $0.value == "write" ? "\($0.key):write" : $0.key }))
        return ForgeServerAnswer(
            201,
            [
                "token": .string(token), "expires_at": .string(Self.moment(Int(Date().timeIntervalSince1970) + 3600)),
                "permissions": .map(asked.mapValues(ClusterValue.string)), "repository_selection": "selected",
            ]
        )
    }

    // MARK: Pull requests

    private func pull(_ number: Int?) async throws -> ForgePull {
        guard let number, let pull = try? await model.pull(number) else {
            throw ForgeServerRefusal(Self.error(404, "Not Found"))
        }
        return pull
    }

    private func list(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        try request.checkQuery(
            [
                "state": ForgeServerRequest.oneOf("open", "closed", "all"), "head": ForgeServerRequest.anything,
                "base": ForgeServerRequest.anything,
                "sort": ForgeServerRequest.oneOf("created", "updated", "popularity", "long-running"),
                "direction": ForgeServerRequest.oneOf("asc", "desc"), "per_page": ForgeServerRequest.number(1...100),
                "page": ForgeServerRequest.number(1...10_000),
            ],
            refuse: Self.error
        )
        var pulls = await model.list()
        switch request.query["state"] ?? "open" {
        case "open": pulls.removeAll { $0.state != .open }
        case "closed": pulls.removeAll { $0.state == .open }
        default: break
        }
        if let head = request.query["head"] {
            guard head.contains(":") else {
                throw ForgeServerRefusal(Self.error(422, "head is user:ref"), violation: "head without its owner")
            }
            pulls.removeAll { "\(names.owner):\($0.source)" != head }
        }
        if let base = request.query["base"] { pulls.removeAll { $0.target != base } }
        if request.query["sort"] == "updated" { pulls.sort { $0.updatedAt > $1.updatedAt } }
        if request.query["direction"] == "asc" { pulls.reverse() }
        let count = Int(request.query["per_page"] ?? "30") ?? 30
        let page = Int(request.query["page"] ?? "1") ?? 1
        var found: [ClusterValue] = []
        for pull in pulls.dropFirst((page - 1) * count).prefix(count) { found.append(try await json(pull)) }
        return marked(request, .list(found))
    }

    private func open(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        // https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
        let fields = try request.fields(
            required: ["title", "head", "base"],
            optional: ["body", "draft", "maintainer_can_modify", "head_repo", "issue"],
            refuse: Self.error
        )
        var source = fields["head"]?.string ?? ""
        if source.hasPrefix("\(names.owner):") { source = String(source.dropFirst(names.owner.count + 1)) }
        let target = fields["base"]?.string ?? ""
        do {
            let pull = try await model.open(
                title: fields["title"]?.string ?? "",
                body: fields["body"]?.string ?? "",
                source: source,
                target: target
            )
            return ForgeServerAnswer(201, try await json(pull, isWhole: true))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .noBranch(let branch): throw Self.invalid(field: branch == source ? "head" : "base", code: "invalid")
            case .nothingToMerge: throw Self.invalid("No commits between \(target) and \(source)")
            case .existsAlready: throw Self.invalid("A pull request already exists for \(names.owner):\(source).")
            default: throw failure
            }
        }
    }

    private func merge(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        // https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
        let fields = try request.fields(
            required: [],
            optional: ["commit_title", "commit_message", "sha", "merge_method"],
            refuse: Self.error
        )
        let method = fields["merge_method"]?.string ?? "merge"
        let ways: [String: ForgeMergeWay] = ["merge": .mergeCommit, "squash": .squash, "rebase": .rebase]
        guard let way = ways[method] else {
            throw ForgeServerRefusal(Self.error(422, "merge_method is not valid"), violation: "merge_method \(method)")
        }
        if await model.forbiddenMethods.contains(method) {
            let name = ["merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"][method] ?? ""
            throw ForgeServerRefusal(Self.error(405, "\(name) are not allowed on this repository."))
        }
        do {
            let merged = try await model.merge(
                pull.number,
                way,
                message: "Merge pull request #\(pull.number) from \(names.owner)/\(pull.source)\n\n\(pull.title)",
                head: fields["sha"]?.string
            )
            guard case .merged(let commit) = merged.state else { throw ForgeModelFailure.notOpen }
            return ForgeServerAnswer(
                200,
                [
                    "sha": .string(commit), "merged": true, "message": "Pull Request successfully merged",
                ]
            )
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .headChanged:
                throw ForgeServerRefusal(
                    Self.error(409, "Head branch was modified. Review and try the merge again.")
                )
            case .held: throw ForgeServerRefusal(Self.error(405, "Required status check \"ci\" is expected."))
            case .draft: throw ForgeServerRefusal(Self.error(405, "Pull Request is still a draft"))
            default: throw ForgeServerRefusal(Self.error(405, "Pull Request is not mergeable"))
            }
        }
    }

    private func label(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        // https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue
        let fields = try request.fields(required: ["labels"], refuse: Self.error)
        let labels = fields["labels"]?.list?.compactMap(\.string) ?? []
        let changed = await model.change(pull.number, "labeled") { pull in
            pull.labels += labels.filter { !pull.labels.contains($0) }
        }
        return ForgeServerAnswer(200, .list((changed?.labels ?? []).map { ["name": .string($0)] }))
    }

    private func setStatus(_ request: ForgeServerRequest, commit: String) async throws -> ForgeServerAnswer {
        // https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
        let fields = try request.fields(
            required: ["state"],
            optional: ["target_url", "description", "context"],
            refuse: Self.error
        )
        let state = fields["state"]?.string ?? ""
        guard ["error", "failure", "pending", "success"].contains(state) else {
            throw ForgeServerRefusal(Self.error(422, "state is not included in the list"), violation: "state \(state)")
        }
        let description = fields["description"]?.string ?? ""
        guard description.count <= 140 else {
            throw Self.invalid("description is too long (maximum is 140 characters)")
        }
        guard try await model.hasCommit(commit) else { throw Self.invalid("No commit found for SHA: \(commit)") }
        let status = ForgeStatus(
            commit: commit,
            context: fields["context"]?.string ?? "default",
            state: state,
            description: description,
            url: fields["target_url"]?.string
        )
        await model.add(status)
        return ForgeServerAnswer(
            201,
            [
                "state": .string(state), "context": .string(status.context), "description": .string(description),
            ]
        )
    }

    // MARK: Answers

    /// A pull request; lists omit computed values.
    private func json(_ pull: ForgePull, isWhole: Bool = false) async throws -> ClusterValue {
        let page = "\(names.origin)/\(names.owner)/\(names.name)/pull/\(pull.number)"
        var value: ClusterValue = [
            "id": .integer(900_000 + pull.number), "number": .integer(pull.number), "html_url": .string(page),
            "url": .string("\(names.origin)\(basePath)/repos/\(names.owner)/\(names.name)/pulls/\(pull.number)"),
            "state": pull.state == .open ? "open" : "closed", "locked": false, "title": .string(pull.title),
            "body": .string(pull.body), "draft": .bool(pull.isDraft), "user": ["login": "hoistway"],
            "labels": .list(pull.labels.map { ["name": .string($0)] }),
            "created_at": .string(Self.moment(pull.createdAt)), "updated_at": .string(Self.moment(pull.updatedAt)),
            "closed_at": pull.state == .open ? .null : .string(Self.moment(pull.updatedAt)), "merged_at": .null,
            "merge_commit_sha": .null, "head": side(pull.source, pull.head), "base": side(pull.target, pull.base),
        ]
        if case .merged(let commit) = pull.state {
            value["merged_at"] = .string(Self.moment(pull.updatedAt))
            value["merge_commit_sha"] = .string(commit)
        }
        guard isWhole else { return value }
        if case .merged = pull.state { value["merged"] = true } else { value["merged"] = false }
        let isChecked = pull.looksUntilChecked == 0 && pull.state == .open
        let isMergeable = isChecked ? try await model.isMergeable(pull) : false
        value["mergeable"] = isChecked ? .bool(isMergeable) : .null
        value["mergeable_state"] =
            !isChecked ? "unknown" : !isMergeable ? "dirty" : pull.isDraft ? "draft" : pull.isHeld ? "blocked" : "clean"
        return value
    }

    private func side(_ branch: String, _ commit: String) -> ClusterValue {
        [
            "label": .string("\(names.owner):\(branch)"), "ref": .string(branch), "sha": .string(commit),
            "user": ["login": .string(names.owner)], "repo": repository,
        ]
    }

    private var repository: ClusterValue {
        let full = "\(names.owner)/\(names.name)"
        return [
            "id": .integer(Self.repositoryID), "name": .string(names.name), "full_name": .string(full),
            "owner": ["login": .string(names.owner)], "default_branch": "main",
            "html_url": .string("\(names.origin)/\(full)"), "clone_url": .string("\(names.origin)/\(full).git"),
        ]
    }

    /// With an ETag, or without a body where the client has this version already:
    /// <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>.
    private func marked(_ request: ForgeServerRequest, _ body: ClusterValue) -> ForgeServerAnswer {
        let mark = "W/\"\(String(UInt(bitPattern: body.hashValue), radix: 16))\""
        if request.headers["if-none-match"] == mark { return ForgeServerAnswer(304, headers: ["etag": mark]) }
        return ForgeServerAnswer(200, body, headers: ["etag": mark])
    }

    private static func error(_ status: Int, _ words: String) -> ForgeServerAnswer {
        ForgeServerAnswer(
            status,
            [
                "message": .string(words), "documentation_url": "https://docs.github.com/rest",
                "status": .string("\(status)"),
            ]
        )
    }

    private static func unknown(_ request: ForgeServerRequest) -> ForgeServerRefusal {
        ForgeServerRefusal(error(404, "Not Found"), violation: "\(request.method) \(request.path) is no endpoint")
    }

    /// 422 with another message.
    private static func invalid(_ words: String) -> ForgeServerRefusal {
        invalid(["resource": "PullRequest", "code": "custom", "message": .string(words)])
    }

    private static func invalid(field: String, code: String) -> ForgeServerRefusal {
        invalid(["resource": "PullRequest", "field": .string(field), "code": .string(code)])
    }

    private static func invalid(_ error: ClusterValue) -> ForgeServerRefusal {
        ForgeServerRefusal(ForgeServerAnswer(422, ["message": "Validation Failed", "errors": [error]]))
    }

    /// Seconds since 1970 in GitHub's form.
    static func moment(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    // MARK: Webhooks

    /// See <https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request>.
    func tell(_ webhook: ForgeWebhook, action: String, _ pull: ForgePull, before: String?) async throws {
        let body: ClusterValue = [
            "action": .string(action), "number": .integer(pull.number),
            "pull_request": try await json(pull, isWhole: true),
            "repository": gitRepository, "sender": ["login": "ada"],
        ]
        try await webhook.sendAsGitHub(event: "pull_request", body: body.bytes)
        guard webhook.sendsPush, let before, case .merged(let commit) = pull.state else { return }
        // https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
        let push: ClusterValue = [
            "ref": .string("refs/heads/\(pull.target)"), "before": .string(before), "after": .string(commit),
            "created": false, "deleted": false, "forced": false, "commits": [], "head_commit": ["id": .string(commit)],
            "repository": gitRepository, "pusher": ["name": "ada"], "sender": ["login": "ada"],
        ]
        try await webhook.sendAsGitHub(event: "push", body: push.bytes)
    }

    /// In the form of webhooks: with the clone URL of the repository.
    private var gitRepository: ClusterValue {
        var value = repository
        if let url = options.cloneURL { value["clone_url"] = .string(url) }
        return value
    }
}
