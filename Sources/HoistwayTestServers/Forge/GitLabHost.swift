import Foundation

/// GitLab's REST API for merge requests and statuses, as its documentation describes it:
/// <https://docs.gitlab.com/api/merge_requests/>.
struct GitLabHost: ForgeHost {
    let model: ForgeModel
    let names: ForgeNames
    /// The repository's URL in webhooks; `nil`: one below the API's host.
    let cloneURL: String?

    let basePath = "/api/v4"

    private static let projectID = 4711

    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        let path = request.segments
        guard path.count > 4, path[0] == "api", path[1] == "v4", path[2] == "projects" else {
            throw Self.unknown(request)
        }
        try login(request)
        // The project's path is one segment, with its slashes escaped.
        let project = path[3].split(separator: "/").map(String.init)
        guard project.count >= 2 else { throw Self.unknown(request) }
        let place = names.place(owner: project.dropLast().joined(separator: "/"), name: project[project.count - 1])
        switch place {
        case .here: break
        case .moved where request.method == "GET":
            // https://docs.gitlab.com/user/project/repository/#repository-path-changes
            let rest = request.path.split(separator: "/").dropFirst(4).map { "/\($0)" }.joined()
            let moved = "\(names.origin)/api/v4/projects/\(Self.projectID)\(rest)"
            return ForgeServerAnswer(301, ["message": "Moved"], headers: ["location": moved])
        case .moved, .nowhere:
            guard project == ["\(Self.projectID)"] else {
                throw ForgeServerRefusal(Self.error(404, "404 Project Not Found"))
            }
        }
        try await model.refresh()
        let number = path.count > 5 ? Int(path[5]) : nil
        switch (request.method, path[4], path.count) {
        case ("GET", "merge_requests", 5): return try await list(request)
        case ("POST", "merge_requests", 5): return try await open(request)
        case ("GET", "merge_requests", 6):
            let pull = try await pull(number)
            await model.look(at: pull.number)
            return ForgeServerAnswer(200, try await json(pull))
        case ("PUT", "merge_requests", 7) where path[6] == "merge":
            return try await merge(request, try await pull(number))
        case ("POST", "statuses", 6): return try await setStatus(request, commit: path[5])
        default: throw Self.unknown(request)
        }
    }

    /// See <https://docs.gitlab.com/api/rest/authentication/>.
    private func login(_ request: ForgeServerRequest) throws {
        let parts = (request.headers["authorization"] ?? "").split(separator: " ").map(String.init)
        let token = parts.count == 2 && parts[0] == "Bearer" ? parts[1] : request.headers["private-token"]
        guard let token, names.permissions(of: token) != nil else {
            throw ForgeServerRefusal(Self.error(401, "401 Unauthorized"))
        }
    }

    private func pull(_ number: Int?) async throws -> ForgePull {
        guard let number, let pull = try? await model.pull(number) else {
            throw ForgeServerRefusal(Self.error(404, "404 Not found"))
        }
        return pull
    }

    private func list(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        try request.checkQuery(
            [
                "state": ForgeServerRequest.oneOf("all", "opened", "closed", "locked", "merged"),
                "order_by": ForgeServerRequest.oneOf("created_at", "updated_at", "merged_at", "title"),
                "sort": ForgeServerRequest.oneOf("asc", "desc"), "source_branch": ForgeServerRequest.anything,
                "target_branch": ForgeServerRequest.anything, "per_page": ForgeServerRequest.number(1...100),
                "page": ForgeServerRequest.number(1...10_000),
            ],
            refuse: Self.error
        )
        var pulls = await model.list()
        if let source = request.query["source_branch"] { pulls.removeAll { $0.source != source } }
        if let target = request.query["target_branch"] { pulls.removeAll { $0.target != target } }
        switch request.query["state"] ?? "all" {
        case "opened": pulls.removeAll { $0.state != .open }
        case "closed": pulls.removeAll { $0.state != .closed }
        case "merged": pulls.removeAll { $0.state == .open || $0.state == .closed }
        default: break
        }
        if request.query["order_by"] == "updated_at" { pulls.sort { $0.updatedAt > $1.updatedAt } }
        if request.query["sort"] == "asc" { pulls.reverse() }
        let count = Int(request.query["per_page"] ?? "20") ?? 20
        var found: [ClusterValue] = []
        for pull in pulls.prefix(count) { found.append(try await json(pull)) }
        return ForgeServerAnswer(200, .list(found))
    }

    private func open(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer {
        // https://docs.gitlab.com/api/merge_requests/#create-mr
        let fields = try request.fields(
            required: ["source_branch", "target_branch", "title"],
            optional: [
                "description", "labels", "remove_source_branch", "squash", "assignee_id", "assignee_ids",
                "reviewer_ids",
                "milestone_id", "target_project_id", "allow_collaboration",
            ],
            refuse: Self.error
        )
        if let labels = fields["labels"], labels.string == nil {
            throw ForgeServerRefusal(Self.error(400, "labels is invalid"), violation: "labels is no text")
        }
        let source = fields["source_branch"]?.string ?? ""
        do {
            var pull = try await model.open(
                title: fields["title"]?.string ?? "",
                body: fields["description"]?.string ?? "",
                source: source,
                target: fields["target_branch"]?.string ?? ""
            )
            if let labels = fields["labels"]?.string {
                let names = labels.split(separator: ",").map(String.init)
                pull = await model.change(pull.number, "edited") { $0.labels = names } ?? pull
            }
            return ForgeServerAnswer(201, try await json(pull))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .existsAlready(let number):
                throw ForgeServerRefusal(
                    ForgeServerAnswer(
                        409,
                        ["message": ["Another open merge request already exists for this source branch: !\(number)"]]
                    )
                )
            case .noBranch(let branch):
                throw ForgeServerRefusal(
                    ForgeServerAnswer(409, ["message": ["Source branch \"\(branch)\" does not exist"]])
                )
            default: throw ForgeServerRefusal(ForgeServerAnswer(422, ["message": ["base": ["nothing to merge"]]]))
            }
        }
    }

    private func merge(_ request: ForgeServerRequest, _ pull: ForgePull) async throws -> ForgeServerAnswer {
        // https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
        let fields = try request.fields(
            required: [],
            optional: [
                "auto_merge", "merge_commit_message", "merge_when_pipeline_succeeds", "sha",
                "should_remove_source_branch", "squash_commit_message", "squash",
            ],
            refuse: Self.error
        )
        if let squash = fields["squash"], squash.bool == nil {
            throw ForgeServerRefusal(Self.error(400, "squash is invalid"), violation: "squash is no boolean")
        }
        let squashes = fields["squash"]?.bool ?? false
        if await model.forbiddenMethods.contains(squashes ? "squash" : "merge") {
            throw ForgeServerRefusal(Self.error(422, "Branch cannot be merged"))
        }
        do {
            let merged = try await model.merge(
                pull.number,
                squashes ? .squash : .mergeCommit,
                message: "Merge branch '\(pull.source)' into '\(pull.target)'",
                head: fields["sha"]?.string
            )
            return ForgeServerAnswer(200, try await json(merged))
        } catch let failure as ForgeModelFailure {
            switch failure {
            case .headChanged:
                throw ForgeServerRefusal(Self.error(409, "SHA does not match HEAD of source branch: \(pull.head)"))
            case .conflict: throw ForgeServerRefusal(Self.error(422, "Branch cannot be merged"))
            default: throw ForgeServerRefusal(Self.error(405, "405 Method Not Allowed"))
            }
        }
    }

    private func setStatus(_ request: ForgeServerRequest, commit: String) async throws -> ForgeServerAnswer {
        // https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
        let fields = try request.fields(
            required: ["state"],
            optional: ["ref", "name", "context", "target_url", "description", "coverage", "pipeline_id"],
            refuse: Self.error
        )
        let state = fields["state"]?.string ?? ""
        guard ["pending", "running", "success", "failed", "canceled", "skipped"].contains(state) else {
            throw ForgeServerRefusal(Self.error(400, "state does not have a valid value"), violation: "state \(state)")
        }
        guard try await model.hasCommit(commit) else {
            throw ForgeServerRefusal(Self.error(404, "404 Commit Not Found"))
        }
        let context = fields["name"]?.string ?? fields["context"]?.string ?? "default"
        let known = await model.statuses.first { $0.commit == commit && $0.context == context }
        guard known?.state != state else {
            let words = "Cannot transition status via :enqueue from :\(state) (Reason(s): Status cannot transition)"
            throw ForgeServerRefusal(Self.error(400, words))
        }
        await model.add(
            ForgeStatus(
                commit: commit,
                context: context,
                state: state,
                description: fields["description"]?.string ?? "",
                url: fields["target_url"]?.string
            )
        )
        return ForgeServerAnswer(201, ["status": .string(state), "name": .string(context), "sha": .string(commit)])
    }

    private func json(_ pull: ForgePull) async throws -> ClusterValue {
        var value: ClusterValue = [
            "id": .integer(900_000 + pull.number), "iid": .integer(pull.number), "project_id": .integer(Self.projectID),
            "title": .string(pull.title), "description": .string(pull.body), "source_branch": .string(pull.source),
            "target_branch": .string(pull.target), "source_project_id": .integer(Self.projectID),
            "target_project_id": .integer(Self.projectID), "sha": .string(pull.head), "draft": .bool(pull.isDraft),
            "labels": .list(pull.labels.map(ClusterValue.string)),
            "web_url": .string("\(names.origin)/\(names.owner)/\(names.name)/-/merge_requests/\(pull.number)"),
            "created_at": .string(GitHubHost.moment(pull.createdAt)),
            "updated_at": .string(GitHubHost.moment(pull.updatedAt)), "merge_commit_sha": .null,
            "squash_commit_sha": .null,
        ]
        switch pull.state {
        case .open: value["state"] = "opened"
        case .closed: value["state"] = "closed"
        case .merged(let commit):
            value["state"] = "merged"
            let parents = try await model.git.git("log", "-1", "--format=%P", commit).split(separator: " ").count
            // Neither is set after a fast-forward.
            if commit != pull.head { value[parents > 1 ? "merge_commit_sha" : "squash_commit_sha"] = .string(commit) }
        }
        value["detailed_merge_status"] =
            pull.state != .open
            ? "not_open"
            : pull.looksUntilChecked > 0
                ? "checking"
                : pull.isDraft
                    ? "draft_status"
                    : try await !model.isMergeable(pull) ? "conflict" : pull.isHeld ? "ci_must_pass" : "mergeable"
        return value
    }

    /// See <https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events>.
    func tell(_ webhook: ForgeWebhook, action: String, _ pull: ForgePull, before: String?) async throws {
        var attributes = try await json(pull)
        let isMerged = if case .merged = pull.state { true } else { false }
        let names = ["opened": "open", "reopened": "reopen", "closed": isMerged ? "merge" : "close"]
        attributes["action"] = .string(names[action] ?? "update")
        attributes["last_commit"] = ["id": .string(pull.head)]
        let page = "\(self.names.origin)/\(self.names.owner)/\(self.names.name)"
        attributes["url"] = .string("\(page)/-/merge_requests/\(pull.number)")
        let body: ClusterValue = [
            "object_kind": "merge_request", "event_type": "merge_request", "user": ["username": "ada"],
            "project": [
                "id": .integer(Self.projectID), "web_url": .string(page), "default_branch": "main",
                "git_http_url": .string(cloneURL ?? "\(page).git"),
            ],
            "object_attributes": attributes,
        ]
        try await webhook.sendAsGitLab(event: "Merge Request Hook", body: body.bytes)
    }

    private static func error(_ status: Int, _ words: String) -> ForgeServerAnswer {
        ForgeServerAnswer(status, ["message": .string(words)])
    }

    private static func unknown(_ request: ForgeServerRequest) -> ForgeServerRefusal {
        ForgeServerRefusal(
            ForgeServerAnswer(404, ["error": "404 Not Found"]),
            violation: "\(request.method) \(request.path) is no endpoint"
        )
    }
}
