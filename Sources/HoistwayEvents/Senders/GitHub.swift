import HoistwayModel

/// GitHub and GitHub Enterprise Server.
///
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads>
enum GitHub {
    static let traits = SenderTraits(
        kind: .gitHost,
        extraMediaTypes: [BodyForm.formType],
        eventHeaders: [
            "x-github-event", "x-github-delivery", "x-github-hook-id", "x-github-hook-installation-target-type",
            "x-github-hook-installation-target-id", "x-github-enterprise-host", "x-github-enterprise-version",
        ],
        deliveryIDHeaders: ["x-github-delivery"]
    )

    static func decode(_ delivery: Delivery) throws(EventError) -> Event {
        guard let name = delivery.headers.value("x-github-event") else { throw .noEventName(sender: delivery.sender) }
        let body = delivery.body
        switch name {
        case "push": return try push(body)
        case "ping": return try ping(body)
        case "pull_request": return try pullRequest(body)
        case "release": return try release(body)
        case "package", "registry_package":
            return try GitHubPackages.decode(body, event: name, registryHost: delivery.registryHost)
        default: return .ignored(repoKeys: keys(body), reason: Reason.event(name))
        }
    }

    private static func keys(_ body: JSONObject) -> [RepositoryKey] {
        guard let repository = body.object("repository") else { return [] }
        return ["clone_url", "ssh_url", "git_url", "html_url"].map(repository.string).repositoryKeys
    }

    private static func knownKeys(_ body: JSONObject, _ event: String) throws(EventError) -> [RepositoryKey] {
        let keys = keys(body)
        guard !keys.isEmpty else { throw .lacks(field: "repository", event: event) }
        return keys
    }

    private static func push(_ body: JSONObject) throws(EventError) -> Event {
        guard let ref = body.text("ref") else { throw .lacks(field: "ref", event: "push") }
        guard let after = body.objectName("after") else { throw .lacks(field: "after", event: "push") }
        let head = body.object("head_commit")
        return Movement(
            repoKeys: try knownKeys(body, "push"),
            ref: ref,
            before: body.objectName("before"),
            after: after,
            peeled: head?.objectName("id"),
            created: body.bool("created"),
            deleted: body.bool("deleted"),
            forced: body.bool("forced"),
            commits: CommitList(in: body, head: head) { $0 < CommitList.maxCommits },
            defaultBranch: body.object("repository")?.text("default_branch"),
            actor: body.object("pusher")?.text("name") ?? body.object("sender")?.text("login")
        ).event()
    }

    private static func ping(_ body: JSONObject) throws(EventError) -> Event {
        guard body.has("zen") || body.has("hook_id") else { throw .lacks(field: "zen", event: "ping") }
        return .ping(repoKeys: keys(body))
    }

    private static func pullRequest(_ body: JSONObject) throws(EventError) -> Event {
        guard let request = body.object("pull_request") else {
            throw .lacks(field: "pull_request", event: "pull_request")
        }
        let head = request.object("head")
        let base = request.object("base")
        let source = head?.object("repo")?.text("full_name")
        return try PullRequestFields(
            repoKeys: try knownKeys(body, "pull_request"),
            number: body.int("number"),
            action: body.string("action"),
            isMerged: request.bool("merged") ?? false,
            url: request.text("html_url"),
            source: head?.text("ref"),
            target: base?.text("ref"),
            headSHA: head?.objectName("sha"),
            mergeSHA: request.objectName("merge_commit_sha"),
            // The head's repository is null after the fork was deleted.
            fromFork: source == nil || source != base?.object("repo")?.text("full_name")
        ).event()
    }

    private static func release(_ body: JSONObject) throws(EventError) -> Event {
        guard let release = body.object("release"), let tag = release.text("tag_name") else {
            throw .lacks(field: "release.tag_name", event: "release")
        }
        let keys = try knownKeys(body, "release")
        let action = body.string("action")
        guard action == "published" || action == "released" else {
            return .ignored(repoKeys: keys, reason: Reason.action(action))
        }
        return Release(repoKeys: keys, tag: tag, isDraft: release.bool("draft"), prerelease: release.bool("prerelease"))
            .event(actor: body.object("sender")?.text("login"))
    }
}
