import Foundation

/// Bitbucket Data Center's API for pull requests and builds, as its documentation of 8.11 describes it:
/// <https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/>.
struct BitbucketServerHost: ForgeHost {
    let model: ForgeModel
    let names: ForgeNames

    let basePath = "/rest/api/1.0"

    /// Largest page: small, so that lists have more than one.
    private static let largestPage = 5

    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        var path = request.segments
        guard path.count > 7, path.prefix(3) == ["rest", "api", "1.0"], path[3] == "projects", path[5] == "repos" else {
            throw Self.unknown(request)
        }
        let permissions = try login(request)
        guard names.place(owner: path[4], name: path[6]) != .nowhere else {
            throw ForgeServerRefusal(
                Self.error(
                    404,
                    "Repository \(path[4])/\(path[6]) does not exist.",
                    "com.atlassian.bitbucket.repository.NoSuchRepositoryException"
                )
            )
        }
        path.removeFirst(7)
        try await model.refresh()
        let number = path.count > 1 ? Int(path[1]) : nil
        switch (request.method, path[0], path.count) {
        case ("GET", "pull-requests", 1): return try await list(request)
        case ("POST", "pull-requests", 1): return try await open(request)
        case ("GET", "pull-requests", 2): return ForgeServerAnswer(200, json(try await pull(number)))
        case ("GET", "pull-requests", 3) where path[2] == "merge":
            return try await mergeability(try await pull(number))
        case ("POST", "pull-requests", 3) where path[2] == "merge":
            // "The authenticated user must have REPO_WRITE permission for the repository that this pull request targets."
            guard permissions?.contains("REPO_WRITE") ?? true else {
                throw ForgeServerRefusal(
                    Self.error(
                        401,
                        "You are not permitted to access this resource",
                        "com.atlassian.bitbucket.AuthorisationException"
                    )
                )
            }
            return try await merge(request, try await pull(number))
        case ("POST", "commits", 3) where path[2] == "builds": return try await setStatus(request, commit: path[1])
        default: throw Self.unknown(request)
        }
    }

    /// See <https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html>.
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
            throw ForgeServerRefusal(
                Self.error(
                    401,
                    "Authentication failed. Please check your credentials and try again.",
                    "com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException"
                )
            )
        }
        return permissions
    }

    private func pull(_ number: Int?) async throws -> ForgePull {
        guard let number, let pull = try? await model.pull(number) else {
            throw ForgeServerRefusal(Self.error(404, "No pull request exists with this ID."))
        }
        return pull
    }

    private func list(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        try request.checkQuery(
            [
                "at": { $0.hasPrefix("refs/heads/") }, "direction": ForgeServerRequest.oneOf("INCOMING", "OUTGOING"),
                "state": ForgeServerRequest.oneOf("ALL", "OPEN", "DECLINED", "MERGED"),
                "order": ForgeServerRequest.oneOf("NEWEST", "OLDEST"), "limit": ForgeServerRequest.number(1...1000),
                "start": ForgeServerRequest.number(0...100_000),
            ],
            refuse: Self.error
        )
        var pulls = await model.list()
        if (request.query["state"] ?? "OPEN") != "ALL" {
            pulls.removeAll { Self.state($0) != request.query["state"] ?? "OPEN" }
        }
        if let branch = request.query["at"]?.dropFirst("refs/heads/".count) {
            let isOutgoing = request.query["direction"] == "OUTGOING"
            pulls.removeAll { (isOutgoing ? $0.source : $0.target) != branch }
        }
        // An administrator may have made pages smaller than requested.
        let limit = min(Int(request.query["limit"] ?? "25") ?? 25, Self.largestPage)
        let start = Int(request.query["start"] ?? "0") ?? 0
        // The newest are those that changed last.
        pulls.sort { $0.updatedAt > $1.updatedAt }
        let isLast = pulls.count <= start + limit
        return ForgeServerAnswer(
            200,
            [
                "values": .list(pulls.dropFirst(start).prefix(limit).map(json)), "limit": .integer(limit),
                "start": .integer(start), "isLastPage": .bool(isLast),
                "nextPageStart": isLast ? .null : .integer(start + limit),
            ]
        )
    }

    private func open(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        let fields = try request.fields(
            required: ["title", "fromRef", "toRef"],
            optional: ["description", "reviewers", "draft", "state", "open", "closed", "locked"],
            refuse: Self.error
        )
        func branch(_ name: String) throws -> String {
            guard let id = fields[name]?["id"]?.string, id.hasPrefix("refs/heads/"),
                fields[name]?["repository", "slug"]?.string == names.name,
                fields[name]?["repository", "project", "key"]?.string == names.owner
            else { throw ForgeServerRefusal(Self.error(400, "\(name) is not valid"), violation: "\(name)") }
            return String(id.dropFirst("refs/heads/".count))
        }
        do {
            let pull = try await model.open(
                title: fields["title"]?.string ?? "",
                body: fields["description"]?.string ?? "",
                source: try branch("fromRef"),
                target: try branch("toRef")
            )
            return ForgeServerAnswer(201, json(pull))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .existsAlready:
                throw ForgeServerRefusal(
                    Self.error(
                        409,
                        "Only one pull request may be open for a given source and target branch",
                        "com.atlassian.bitbucket.pull.DuplicatePullRequestException"
                    )
                )
            case .noBranch(let branch):
                throw ForgeServerRefusal(
                    Self.error(
                        404,
                        "Repository \"\(names.name)\" does not have a branch \(branch)",
                        "com.atlassian.bitbucket.repository.NoSuchBranchException"
                    )
                )
            default: throw ForgeServerRefusal(Self.error(409, "The branches are already up-to-date"))
            }
        }
    }

    private func mergeability(_ pull: ForgePull) async throws -> ForgeServerAnswer {
        guard pull.state == .open else {
            throw ForgeServerRefusal(Self.error(409, "This pull request is not open"))
        }
        await model.look(at: pull.number)
        let isClean = try await model.isMergeable(pull)
        let isChecked = pull.looksUntilChecked == 0
        let vetoes: ClusterValue =
            pull.isHeld || !isChecked
            ? [
                [
                    "summaryMessage": "Not all required builds are successful yet",
                    "detailedMessage": "Builds are missing",
                ]
            ]
            : []
        return ForgeServerAnswer(
            200,
            [
                "canMerge": .bool(isClean && isChecked && !pull.isHeld && !pull.isDraft), "conflicted": .bool(!isClean),
                "outcome": isClean ? "CLEAN" : "CONFLICTED", "vetoes": vetoes,
            ]
        )
    }

    private func merge(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        try request.checkQuery(["version": ForgeServerRequest.number(0...1_000_000)], refuse: Self.error)
        let fields = try request.fields(
            required: [],
            optional: ["autoSubject", "message", "strategyId", "version"],
            refuse: Self.error
        )
        guard let version = request.query["version"] else {
            throw ForgeServerRefusal(Self.error(400, "The version is missing"), violation: "a merge without version")
        }
        guard version == "\(pull.version)" else {
            throw ForgeServerRefusal(
                Self.error(
                    409,
                    "You are attempting to modify a pull request based on out-of-date information.",
                    "com.atlassian.bitbucket.pull.PullRequestOutOfDateException"
                )
            )
        }
        let method = fields["strategyId"]?.string ?? "no-ff"
        let ways: [String: ForgeMergeWay] = [
            "no-ff": .mergeCommit, "ff": .fastForwardOrMerge, "ff-only": .fastForward, "rebase-no-ff": .rebaseMerge,
            "rebase-ff-only": .rebase, "squash": .squash, "squash-ff-only": .squash,
        ]
        guard let way = ways[method] else {
            throw ForgeServerRefusal(Self.error(400, "strategyId is not valid"), violation: "strategyId \(method)")
        }
        if await model.forbiddenMethods.contains(method) {
            throw ForgeServerRefusal(Self.error(400, "The merge strategy \(method) is not enabled for this repository"))
        }
        do {
            let message = "Pull request #\(pull.number): \(pull.title)"
            return ForgeServerAnswer(200, json(try await model.merge(pull.number, way, message: message)))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .notFastForward:
                throw ForgeServerRefusal(Self.error(409, "A fast-forward merge is not possible."))
            case .conflict:
                throw ForgeServerRefusal(Self.error(409, "The pull request has conflicts and cannot be merged."))
            default: throw ForgeServerRefusal(Self.error(409, "The pull request cannot be merged due to vetoes."))
            }
        }
    }

    private func setStatus(_ request: ForgeServerRequest, commit: String) async throws -> ForgeServerAnswer {
        let fields = try request.fields(
            required: ["key", "state", "url"],
            optional: [
                "name", "description", "buildNumber", "duration", "lastUpdated", "parent", "ref", "testResults",
            ],
            refuse: Self.error
        )
        let state = fields["state"]?.string ?? ""
        guard ["CANCELLED", "FAILED", "INPROGRESS", "SUCCESSFUL", "UNKNOWN"].contains(state) else {
            throw ForgeServerRefusal(Self.error(400, "state"), violation: "state \(state)")
        }
        guard fields["url"]?.string?.hasPrefix("http") == true else {
            throw ForgeServerRefusal(Self.error(400, "url"), violation: "no url")
        }
        guard try await model.hasCommit(commit) else {
            throw ForgeServerRefusal(Self.error(404, "Commit does not exist"))
        }
        await model.add(
            ForgeStatus(
                commit: commit,
                context: fields["key"]?.string ?? "",
                state: state,
                description: fields["description"]?.string ?? "",
                url: fields["url"]?.string
            )
        )
        return ForgeServerAnswer(204)
    }

    private static func state(_ pull: ForgePull) -> String {
        switch pull.state {
        case .open: "OPEN"
        case .closed: "DECLINED"
        case .merged: "MERGED"
        }
    }

    private func json(_ pull: ForgePull) -> ClusterValue {
        let page = "\(names.origin)/projects/\(names.owner)/repos/\(names.name)/pull-requests/\(pull.number)"
        var value: ClusterValue = [
            "id": .integer(pull.number), "version": .integer(pull.version), "title": .string(pull.title),
            "description": .string(pull.body), "state": .string(Self.state(pull)), "open": .bool(pull.state == .open),
            "closed": .bool(pull.state != .open), "draft": .bool(pull.isDraft),
            "createdDate": .integer(pull.createdAt * 1000), "updatedDate": .integer(pull.updatedAt * 1000),
            "fromRef": side(pull.source, pull.head), "toRef": side(pull.target, pull.base),
            "links": ["self": [["href": .string(page)]]],
        ]
        if case .merged(let commit) = pull.state { value["properties", "mergeCommit"] = ["id": .string(commit)] }
        return value
    }

    private func side(_ branch: String, _ commit: String) -> ClusterValue {
        [
            "id": .string("refs/heads/\(branch)"), "displayId": .string(branch), "latestCommit": .string(commit),
            "repository": [
                "id": 4711, "slug": .string(names.name), "project": ["key": .string(names.owner)],
            ],
        ]
    }

    private static func error(_ status: Int, _ words: String, _ exception: String) -> ForgeServerAnswer {
        ForgeServerAnswer(
            status,
            ["errors": [["context": .null, "message": .string(words), "exceptionName": .string(exception)]]]
        )
    }

    private static func error(_ status: Int, _ words: String) -> ForgeServerAnswer {
        ForgeServerAnswer(status, ["errors": [["context": .null, "message": .string(words), "exceptionName": .null]]])
    }

    private static func unknown(_ request: ForgeServerRequest) -> ForgeServerRefusal {
        ForgeServerRefusal(error(404, "null for uri"), violation: "\(request.method) \(request.path) is no endpoint")
    }
}
