import Foundation

/// Bitbucket Cloud's API for pull requests and statuses, as its documentation describes it:
/// <https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/>.
struct BitbucketCloudHost: ForgeHost {
    let model: ForgeModel
    let names: ForgeNames

    let basePath = "/2.0"

    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        var path = request.segments
        guard path.count > 4, path[0] == "2.0", path[1] == "repositories" else { throw Self.unknown(request) }
        let permissions = try login(request)
        guard names.place(owner: path[2], name: path[3]) == .here else {
            throw ForgeServerRefusal(Self.error(404, "Repository \(path[2])/\(path[3]) not found"))
        }
        path.removeFirst(4)
        try await model.refresh()
        let number = path.count > 1 ? Int(path[1]) : nil
        switch (request.method, path[0], path.count) {
        case ("GET", "pullrequests", 1): return try await list(request)
        case ("POST", "pullrequests", 1):
            try Self.demand("pullrequest:write", in: permissions)
            return try await open(request)
        case ("GET", "pullrequests", 2): return ForgeServerAnswer(200, json(try await pull(number)))
        case ("POST", "pullrequests", 3) where path[2] == "merge":
            try Self.demand("pullrequest:write", in: permissions)
            return try await merge(request, try await pull(number))
        case ("GET", "commit", 2):
            guard let id = try await model.git.id(of: "\(path[1])^{commit}") else {
                throw ForgeServerRefusal(Self.error(404, "Commit not found"))
            }
            return ForgeServerAnswer(200, ["type": "commit", "hash": .string(id)])
        case ("POST", "commit", 4) where path[2] == "statuses" && path[3] == "build":
            try Self.demand("repository:write", in: permissions)
            return try await setStatus(request, commit: path[1])
        default: throw Self.unknown(request)
        }
    }

    /// Access tokens as a bearer, API tokens with a user: <https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication>.
    ///
    /// Gives its permissions; `nil`: all.
    private func login(_ request: ForgeServerRequest) throws -> Set<String>? {
        let parts = (request.headers["authorization"] ?? "").split(separator: " ").map(String.init)
        var token = parts.count == 2 && parts[0] == "Bearer" ? parts[1] : nil
        if parts.count == 2, parts[0] == "Basic", let pair = Data(base64Encoded: parts[1]) {
            let text = String(decoding: pair, as: UTF8.self)
            token = text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) }
        }
        guard let token, let permissions = names.permissions(of: token) else {
            throw ForgeServerRefusal(Self.error(401, "Token is invalid, expired, or not supported for this endpoint."))
        }
        return permissions
    }

    private static func demand(_ scope: String, in permissions: Set<String>?) throws {
        guard let permissions, !permissions.contains(scope) else { return }
        throw ForgeServerRefusal(
            error(403, "Your credentials lack one or more required privilege scopes.")
        )
    }

    private func pull(_ number: Int?) async throws -> ForgePull {
        guard let number, let pull = try? await model.pull(number) else {
            throw ForgeServerRefusal(Self.error(404, "Pull request not found"))
        }
        return pull
    }

    private func list(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        try request.checkQuery(
            [
                "q": ForgeServerRequest.anything,
                "state": ForgeServerRequest.oneOf("OPEN", "MERGED", "DECLINED", "SUPERSEDED"),
                "pagelen": ForgeServerRequest.number(1...50),
                "page": ForgeServerRequest.number(1...10_000),
                "sort": ForgeServerRequest.oneOf("created_on", "-created_on", "updated_on", "-updated_on"),
            ],
            refuse: Self.error
        )
        var pulls = await model.list()
        let filter = request.query["q"] ?? ""
        // "By default only open pull requests are returned."
        let states = request.queryValues["state"] ?? ["OPEN"]
        if let source = Self.value(of: "source.branch.name", in: filter) { pulls.removeAll { $0.source != source } }
        if let target = Self.value(of: "destination.branch.name", in: filter) {
            pulls.removeAll { $0.target != target }
        }
        pulls.removeAll { !states.contains(Self.state($0)) }
        if request.query["sort"] == "-updated_on" { pulls.sort { $0.updatedAt > $1.updatedAt } }
        let count = Int(request.query["pagelen"] ?? "10") ?? 10
        let page = Int(request.query["page"] ?? "1") ?? 1
        let here = pulls.dropFirst((page - 1) * count).prefix(count)
        var answer: ClusterValue = [
            "values": .list(here.map(json)), "pagelen": .integer(count), "page": .integer(page),
        ]
        // The next page is named only where it exists.
        if pulls.count > page * count { answer["next"] = .string("\(names.origin)\(request.path)?page=\(page + 1)") }
        return ForgeServerAnswer(200, answer)
    }

    /// The text that a field is compared with.
    private static func value(of field: String, in filter: String) -> String? {
        guard let start = filter.range(of: "\(field) = \"") else { return nil }
        return String(filter[start.upperBound...].prefix { $0 != "\"" })
    }

    private func open(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-post
        let fields = try request.fields(
            required: ["title", "source"],
            optional: ["destination", "description", "reviewers", "close_source_branch", "draft"],
            refuse: Self.error
        )
        guard let source = fields["source"]?["branch", "name"]?.string,
            let target = fields["destination"]?["branch", "name"]?.string
        else { throw ForgeServerRefusal(Self.error(400, "source.branch: required"), violation: "no branch name") }
        do {
            let pull = try await model.open(
                title: fields["title"]?.string ?? "",
                body: fields["description"]?.string ?? "",
                source: source,
                target: target
            )
            return ForgeServerAnswer(201, json(pull))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .existsAlready(let number):
                let title = fields["title"]?.string ?? ""
                let edited = await model.change(number, "edited") { $0.title = title }
                return ForgeServerAnswer(201, edited.map(json))
            case .noBranch(let branch): throw ForgeServerRefusal(Self.error(400, "branch not found: \(branch)"))
            default: throw ForgeServerRefusal(Self.error(400, "There are no changes to be pulled"))
            }
        }
    }

    private func merge(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-merge-post
        let fields = try request.fields(
            required: ["type"],
            optional: ["message", "close_source_branch", "merge_strategy"],
            refuse: Self.error
        )
        let method = fields["merge_strategy"]?.string ?? "merge_commit"
        let ways: [String: ForgeMergeWay] = [
            "merge_commit": .mergeCommit, "squash": .squash, "fast_forward": .fastForward,
            "squash_fast_forward": .squash, "rebase_fast_forward": .rebase, "rebase_merge": .rebaseMerge,
        ]
        guard let way = ways[method] else {
            throw ForgeServerRefusal(Self.error(400, "merge_strategy"), violation: "merge_strategy \(method)")
        }
        if await model.forbiddenMethods.contains(method) {
            throw ForgeServerRefusal(Self.error(400, "The merge strategy \(method) is not allowed"))
        }
        do {
            let message = "Merged in \(pull.source) (pull request #\(pull.number))"
            return ForgeServerAnswer(200, json(try await model.merge(pull.number, way, message: message)))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .conflict:
                throw ForgeServerRefusal(Self.error(400, "You can't merge until you resolve all merge conflicts."))
            case .notFastForward: throw ForgeServerRefusal(Self.error(400, "A fast-forward is not possible"))
            case .notOpen: throw ForgeServerRefusal(Self.error(400, "This pull request is already closed."))
            default: throw ForgeServerRefusal(Self.error(400, "1 failed merge check"))
            }
        }
    }

    private func setStatus(_ request: ForgeServerRequest, commit: String) async throws -> ForgeServerAnswer {
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/#api-repositories-workspace-repo-slug-commit-commit-statuses-build-post
        let fields = try request.fields(
            required: ["key", "state", "url"],
            optional: ["name", "description", "refname", "uuid"],
            refuse: Self.error
        )
        let state = fields["state"]?.string ?? ""
        guard ["SUCCESSFUL", "FAILED", "INPROGRESS", "STOPPED"].contains(state) else {
            throw ForgeServerRefusal(Self.error(400, "state"), violation: "state \(state)")
        }
        guard let key = fields["key"]?.string, key.count <= 40, fields["url"]?.string?.hasPrefix("http") == true else {
            throw ForgeServerRefusal(Self.error(400, "key or url"), violation: "a key of more than 40, or no url")
        }
        guard try await model.hasCommit(commit) else { throw ForgeServerRefusal(Self.error(404, "Commit not found")) }
        await model.add(
            ForgeStatus(
                commit: commit,
                context: key,
                state: state,
                description: fields["description"]?.string ?? "",
                url: fields["url"]?.string
            )
        )
        return ForgeServerAnswer(201, ["key": .string(key), "state": .string(state)])
    }

    private static func state(_ pull: ForgePull) -> String {
        switch pull.state {
        case .open: "OPEN"
        case .closed: "DECLINED"
        case .merged: "MERGED"
        }
    }

    private func json(_ pull: ForgePull) -> ClusterValue {
        var value: ClusterValue = [
            "type": "pullrequest", "id": .integer(pull.number), "title": .string(pull.title),
            "description": .string(pull.body), "state": .string(Self.state(pull)), "draft": .bool(pull.isDraft),
            "source": side(pull.source, pull.head), "destination": side(pull.target, pull.base), "merge_commit": .null,
            "created_on": .string(GitHubHost.moment(pull.createdAt)),
            "updated_on": .string(GitHubHost.moment(pull.updatedAt)),
            "links": [
                "html": ["href": .string("\(names.origin)/\(names.owner)/\(names.name)/pull-requests/\(pull.number)")]
            ],
        ]
        if case .merged(let commit) = pull.state {
            value["merge_commit"] = ["hash": .string(String(commit.prefix(12)))]
        }
        return value
    }

    /// Ids of commits are shortened.
    private func side(_ branch: String, _ commit: String) -> ClusterValue {
        [
            "branch": ["name": .string(branch)], "commit": ["hash": .string(String(commit.prefix(12)))],
            "repository": [
                "uuid": "{5b6c1a4e-0000-4000-8000-000000004711}", "full_name": .string("\(names.owner)/\(names.name)"),
            ],
        ]
    }

    private static func error(_ status: Int, _ words: String) -> ForgeServerAnswer {
        ForgeServerAnswer(status, ["type": "error", "error": ["message": .string(words)]])
    }

    private static func unknown(_ request: ForgeServerRequest) -> ForgeServerRefusal {
        ForgeServerRefusal(
            error(404, "Resource not found"),
            violation: "\(request.method) \(request.path) is no endpoint"
        )
    }
}
