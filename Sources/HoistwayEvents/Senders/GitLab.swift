import HoistwayModel

/// GitLab, both its project webhooks and system hooks.
///
/// The event's name is read from the body, which may be signed.
///
/// <https://docs.gitlab.com/user/project/integrations/webhook_events/>
enum GitLab {
    static let traits = SenderTraits(
        kind: .gitHost,
        extraMediaTypes: [],
        eventHeaders: [
            "x-gitlab-event", "x-gitlab-event-uuid", "x-gitlab-webhook-uuid", "x-gitlab-instance", "idempotency-key",
            "webhook-id", "webhook-timestamp",
        ],
        deliveryIDHeaders: ["webhook-id", "idempotency-key"]
    )

    static let unknownEvent = "GitLab"

    static func decode(_ delivery: Delivery) throws(EventError) -> Event {
        let body = delivery.body
        guard let kind = body.text("object_kind") ?? body.text("event_name") else {
            throw .lacks(field: "object_kind", event: unknownEvent)
        }
        switch kind {
        case "push", "tag_push": return try push(body, kind)
        case "merge_request": return try mergeRequest(body)
        case "release": return try release(body)
        default: return .ignored(repoKeys: keys(body), reason: Reason.event(kind))
        }
    }

    private static func keys(_ body: JSONObject) -> [RepositoryKey] {
        let project = body.object("project").map { project in
            ["git_http_url", "git_ssh_url", "web_url"].map(project.string).repositoryKeys
        }
        if let project, !project.isEmpty { return project }
        guard let repository = body.object("repository") else { return [] }
        return ["git_http_url", "git_ssh_url", "homepage"].map(repository.string).repositoryKeys
    }

    private static func knownKeys(_ body: JSONObject, _ event: String) throws(EventError) -> [RepositoryKey] {
        let keys = keys(body)
        guard !keys.isEmpty else { throw .lacks(field: "project", event: event) }
        return keys
    }

    private static func push(_ body: JSONObject, _ kind: String) throws(EventError) -> Event {
        guard let ref = body.text("ref") else { throw .lacks(field: "ref", event: kind) }
        guard let after = body.objectName("after") else { throw .lacks(field: "after", event: kind) }
        let total = body.int("total_commits_count")
        return Movement(
            repoKeys: try knownKeys(body, kind),
            ref: ref,
            before: body.objectName("before"),
            after: after,
            // Null on deletion; the commit if `after` is an annotated tag.
            peeled: body.realObjectName("checkout_sha"),
            commits: CommitList(in: body, head: nil) { $0 >= total ?? 0 },
            defaultBranch: body.object("project")?.text("default_branch"),
            actor: body.text("user_username") ?? body.text("user_name")
        ).event()
    }

    private static func mergeRequest(_ body: JSONObject) throws(EventError) -> Event {
        let name = "merge_request"
        guard let request = body.object("object_attributes") else {
            throw .lacks(field: "object_attributes", event: name)
        }
        let keys = try knownKeys(body, name)
        let action = request.string("action")
        // An `update` without `oldrev` changed a title or a label.
        let isNewCommit = action == "update" && request.text("oldrev") != nil
        let head = request.object("last_commit")?.objectName("id")
        let merged =
            request.realObjectName("merge_commit_sha") ?? request.realObjectName("squash_commit_sha") ?? head
        let source = request.int("source_project_id")
        let target = request.int("target_project_id")
        let names = [
            "open": "opened", "reopen": "reopened", "close": "closed", "merge": "closed",
            "update": isNewCommit ? "synchronize" : "update",
        ]
        return try PullRequestFields(
            repoKeys: keys,
            number: request.int("iid"),
            action: action.map { names[$0] ?? $0 },
            isMerged: action == "merge",
            url: request.text("url"),
            source: request.text("source_branch"),
            target: request.text("target_branch"),
            headSHA: head,
            mergeSHA: merged,
            fromFork: source == nil || target == nil ? nil : source != target
        ).event()
    }

    private static func release(_ body: JSONObject) throws(EventError) -> Event {
        guard let tag = body.text("tag") else { throw .lacks(field: "tag", event: "release") }
        let keys = try knownKeys(body, "release")
        let action = body.string("action")
        guard action == "create" else { return .ignored(repoKeys: keys, reason: Reason.action(action)) }
        return Release(repoKeys: keys, tag: tag, commit: body.object("commit")?.objectName("id")).event(actor: nil)
    }
}
