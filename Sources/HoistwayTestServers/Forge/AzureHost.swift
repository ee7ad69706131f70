import Foundation

/// Azure DevOps' API for pull requests and statuses, version 7.1, as its documentation describes it:
/// <https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests?view=azure-devops-rest-7.1>.
///
/// The organisation and the project both have the owner's name.
struct AzureHost: ForgeHost {
    let model: ForgeModel
    let names: ForgeNames

    let basePath = ""

    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        var path = request.segments
        guard path.count > 6, path[2] == "_apis", path[3] == "git", path[4] == "repositories" else {
            throw Self.unknown(request)
        }
        let permissions = try login(request)
        guard let version = request.query["api-version"], ["6.0", "7.1"].contains(version) else {
            throw ForgeServerRefusal(
                Self.error(400, "No api-version was supplied for the request", "VssVersionNotSpecifiedException"),
                violation: "\(request.path) without api-version"
            )
        }
        guard path[0] == names.owner, names.place(owner: path[1], name: path[5]) == .here else {
            throw ForgeServerRefusal(
                Self.error(
                    404,
                    "TF401019: The Git repository does not exist or you do not have permissions",
                    "GitRepositoryNotFoundException"
                )
            )
        }
        path.removeFirst(6)
        try await model.refresh()
        let number = path.count > 1 ? Int(path[1]) : nil
        switch (request.method, path[0], path.count) {
        case ("GET", "pullrequests", 1): return try await list(request)
        case ("POST", "pullrequests", 1):
            try Self.demand("vso.code_write", in: permissions)
            return try await open(request)
        case ("GET", "pullrequests", 2):
            let pull = try await pull(number)
            await model.look(at: pull.number)
            return ForgeServerAnswer(200, try await json(pull))
        case ("PATCH", "pullrequests", 2):
            try Self.demand("vso.code_write", in: permissions)
            return try await complete(request, try await pull(number))
        case ("POST", "commits", 3) where path[2] == "statuses":
            try Self.demand("vso.code_status", in: permissions)
            return try await setStatus(request, commit: path[1])
        default: throw Self.unknown(request)
        }
    }

    /// A personal access token with no user.
    ///
    /// Gives its permissions; `nil`: all.
    private func login(_ request: ForgeServerRequest) throws -> Set<String>? {
        let parts = (request.headers["authorization"] ?? "").split(separator: " ").map(String.init)
        let pair = parts.count == 2 && parts[0] == "Basic" ? Data(base64Encoded: parts[1]) : nil
        let text = pair.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard text.hasPrefix(":"), let permissions = names.permissions(of: String(text.dropFirst())) else {
            throw ForgeServerRefusal(
                Self.error(
                    401,
                    "TF400813: The user is not authorized to access this resource.",
                    "UnauthorizedRequestException"
                )
            )
        }
        return permissions
    }

    /// The scopes of a token: <https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/oauth#available-scopes>.
    private static func demand(_ scope: String, in permissions: Set<String>?) throws {
        guard let permissions, !permissions.contains(scope) else { return }
        throw ForgeServerRefusal(
            error(
                403,
                "TF401027: You need the Git 'PullRequestContribute' permission to perform this action.",
                "GitNeedsPermissionException"
            )
        )
    }

    private func pull(_ number: Int?) async throws -> ForgePull {
        guard let number, let pull = try? await model.pull(number) else {
            throw ForgeServerRefusal(
                Self.error(
                    404,
                    "TF401180: The requested pull request was not found.",
                    "GitPullRequestNotFoundException"
                )
            )
        }
        return pull
    }

    private func list(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        try request.checkQuery(
            [
                "searchCriteria.sourceRefName": { $0.hasPrefix("refs/heads/") },
                "searchCriteria.targetRefName": { $0.hasPrefix("refs/heads/") },
                "searchCriteria.status": ForgeServerRequest.oneOf("all", "active", "abandoned", "completed", "notSet"),
                "$top": ForgeServerRequest.number(1...1000), "$skip": ForgeServerRequest.number(0...100_000),
                "api-version": ForgeServerRequest.anything,
            ],
            refuse: { Self.error($0, $1, "VssPropertyValidationException") }
        )
        var pulls = await model.list()
        let status = request.query["searchCriteria.status"] ?? "active"
        if status != "all" { pulls.removeAll { Self.state($0) != status } }
        if let ref = request.query["searchCriteria.sourceRefName"] {
            pulls.removeAll { "refs/heads/\($0.source)" != ref }
        }
        if let ref = request.query["searchCriteria.targetRefName"] {
            pulls.removeAll { "refs/heads/\($0.target)" != ref }
        }
        var found: [ClusterValue] = []
        for pull in pulls.prefix(Int(request.query["$top"] ?? "101") ?? 101) { found.append(try await json(pull)) }
        return ForgeServerAnswer(200, ["value": .list(found), "count": .integer(found.count)])
    }

    private func open(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        let fields = try request.fields(
            required: ["sourceRefName", "targetRefName", "title"],
            optional: ["description", "labels", "reviewers", "isDraft", "workItemRefs", "completionOptions"],
            refuse: { Self.error($0 == 422 ? 400 : $0, $1, "InvalidArgumentValueException") }
        )
        guard (fields["description"]?.string ?? "").utf16.count <= 4000 else {
            throw ForgeServerRefusal(
                Self.error(400, "The description is longer than 4000 characters", "InvalidArgumentValueException"),
                violation: "a description of more than 4000 characters"
            )
        }
        func branch(_ name: String) throws -> String {
            guard let ref = fields[name]?.string, ref.hasPrefix("refs/heads/") else {
                throw ForgeServerRefusal(
                    Self.error(400, "\(name) is not a ref", "InvalidArgumentValueException"),
                    violation: "\(name) is no full ref"
                )
            }
            return String(ref.dropFirst("refs/heads/".count))
        }
        do {
            var pull = try await model.open(
                title: fields["title"]?.string ?? "",
                body: fields["description"]?.string ?? "",
                source: try branch("sourceRefName"),
                target: try branch("targetRefName")
            )
            if let labels = fields["labels"]?.list {
                let names = labels.compactMap { $0["name"]?.string }
                pull = await model.change(pull.number, "edited") { $0.labels = names } ?? pull
            }
            return ForgeServerAnswer(201, try await json(pull))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .existsAlready:
                throw ForgeServerRefusal(
                    Self.error(
                        409,
                        "TF401179: An active pull request for the source and target branch already exists.",
                        "GitPullRequestExistsException"
                    )
                )
            case .noBranch(let branch):
                throw ForgeServerRefusal(
                    Self.error(
                        400,
                        "TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists: \(branch)",
                        "GitPullRequestCannotBeActivated"
                    )
                )
            default: throw ForgeServerRefusal(Self.error(400, "There is nothing to merge", "GitPullRequestNoChanges"))
            }
        }
    }

    private func complete(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        let fields = try request.fields(
            required: ["status", "lastMergeSourceCommit"],
            optional: ["completionOptions", "title", "description", "autoCompleteSetBy"],
            refuse: { Self.error($0 == 422 ? 400 : $0, $1, "InvalidArgumentValueException") }
        )
        let method = fields["completionOptions"]?["mergeStrategy"]?.string ?? "noFastForward"
        let ways: [String: ForgeMergeWay] = [
            "noFastForward": .mergeCommit, "squash": .squash, "rebase": .rebase, "rebaseMerge": .rebaseMerge,
        ]
        guard fields["status"]?.string == "completed", let way = ways[method],
            let head = fields["lastMergeSourceCommit"]?["commitId"]?.string
        else {
            throw ForgeServerRefusal(
                Self.error(400, "The value is not valid", "InvalidArgumentValueException"),
                violation: "status, mergeStrategy or commitId"
            )
        }
        if await model.forbiddenMethods.contains(method) {
            throw ForgeServerRefusal(
                Self.error(
                    403,
                    "The merge strategy \(method) is not allowed by policy",
                    "GitPullRequestUpdateRejectedByPolicyException"
                )
            )
        }
        do {
            let before = try await json(pull)
            _ = try await model.merge(pull.number, way, message: "Merged PR \(pull.number): \(pull.title)", head: head)
            // The answer shows the pull request before the merge, which is made afterwards.
            return ForgeServerAnswer(200, before)
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .headChanged:
                throw ForgeServerRefusal(
                    Self.error(
                        409,
                        "TF401192: The source branch has been modified since the last merge attempt.",
                        "GitPullRequestStaleException"
                    )
                )
            case .held:
                throw ForgeServerRefusal(
                    // The documentation does not have the statuses of its refusals. In public repositories, clients
                    // handle 403 for a policy and 409 for a head that has moved.
                    Self.error(
                        403,
                        "The pull request cannot be completed: required policies are not satisfied.",
                        "GitPullRequestUpdateRejectedByPolicyException"
                    )
                )
            default:
                throw ForgeServerRefusal(
                    Self.error(
                        400,
                        "TF401181: The pull request cannot be edited due to its state.",
                        "GitPullRequestNotEditableException"
                    )
                )
            }
        }
    }

    private func setStatus(_ request: ForgeServerRequest, commit: String) async throws -> ForgeServerAnswer {
        let fields = try request.fields(
            required: ["state", "context"],
            optional: ["description", "targetUrl"],
            refuse: { Self.error($0 == 422 ? 400 : $0, $1, "InvalidArgumentValueException") }
        )
        let state = fields["state"]?.string ?? ""
        guard ["notSet", "pending", "succeeded", "failed", "error", "notApplicable"].contains(state),
            let name = fields["context"]?["name"]?.string
        else {
            throw ForgeServerRefusal(
                Self.error(400, "The value is not valid", "InvalidArgumentValueException"),
                violation: "state or context"
            )
        }
        guard try await model.hasCommit(commit) else {
            throw ForgeServerRefusal(
                Self.error(404, "TF401175: The commit does not exist", "GitUnresolvableToCommitException")
            )
        }
        let genre = fields["context"]?["genre"]?.string
        await model.add(
            ForgeStatus(
                commit: commit,
                context: genre.map { "\($0)/\(name)" } ?? name,
                state: state,
                description: fields["description"]?.string ?? "",
                url: fields["targetUrl"]?.string
            )
        )
        return ForgeServerAnswer(201, ["state": .string(state)])
    }

    private static func state(_ pull: ForgePull) -> String {
        switch pull.state {
        case .open: "active"
        case .closed: "abandoned"
        case .merged: "completed"
        }
    }

    private func json(_ pull: ForgePull) async throws -> ClusterValue {
        var value: ClusterValue = [
            "pullRequestId": .integer(pull.number), "codeReviewId": .integer(pull.number),
            "status": .string(Self.state(pull)), "title": .string(pull.title), "description": .string(pull.body),
            "isDraft": .bool(pull.isDraft), "sourceRefName": .string("refs/heads/\(pull.source)"),
            "targetRefName": .string("refs/heads/\(pull.target)"),
            "creationDate": .string(GitHubHost.moment(pull.createdAt)),
            "lastMergeSourceCommit": ["commitId": .string(pull.head)],
            "repository": [
                "name": .string(names.name),
                "webUrl": .string("\(names.origin)/\(names.owner)/\(names.owner)/_git/\(names.name)"),
            ],
        ]
        switch pull.state {
        case .open:
            let isClean = try await model.isMergeable(pull)
            value["mergeStatus"] = pull.looksUntilChecked > 0 ? "queued" : isClean ? "succeeded" : "conflicts"
        case .closed: value["closedDate"] = .string(GitHubHost.moment(pull.updatedAt))
        case .merged(let commit):
            value["closedDate"] = .string(GitHubHost.moment(pull.updatedAt))
            value["mergeStatus"] = "succeeded"
            value["lastMergeCommit"] = ["commitId": .string(commit)]
        }
        return value
    }

    private static func error(_ status: Int, _ words: String, _ key: String) -> ForgeServerAnswer {
        ForgeServerAnswer(status, ["$id": "1", "message": .string(words), "typeKey": .string(key), "errorCode": 0])
    }

    private static func unknown(_ request: ForgeServerRequest) -> ForgeServerRefusal {
        ForgeServerRefusal(
            error(404, "The controller for path '\(request.path)' was not found", "ControllerNotFound"),
            violation: "\(request.method) \(request.path) is no endpoint"
        )
    }
}
