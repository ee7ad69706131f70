import HoistwayModel

/// Gitea, and the common parts of Forgejo and Gogs.
///
/// <https://docs.gitea.com/usage/webhooks>
enum Gitea {
    static let traits = SenderTraits(
        kind: .gitHost,
        extraMediaTypes: [BodyForm.formType],
        eventHeaders: ["x-gitea-event", "x-gitea-event-type", "x-gitea-delivery"],
        deliveryIDHeaders: ["x-gitea-delivery"]
    )

    static let signatureHeaders = [
        GiteaSignatureHeader(name: "x-gitea-signature"),
        GiteaSignatureHeader(name: "x-hub-signature-256", prefix: "sha256="),
    ]

    static let dialect = Dialect(eventNames: ["x-gitea-event-type", "x-gitea-event"])

    /// The differences within the family.
    struct Dialect {
        /// Headers with the event's name, the precise one first.
        ///
        /// The precise one may be empty.
        var eventNames: [String]
    }

    /// The most commits that a push lists, unless the server is configured otherwise.
    private static let usualListedCommits = 5

    static func decode(_ delivery: Delivery, _ dialect: Dialect) throws(EventError) -> Event {
        guard let name = dialect.eventNames.lazy.compactMap(delivery.headers.value).first else {
            throw .noEventName(sender: delivery.sender)
        }
        let body = delivery.body
        switch name {
        case "push": return try push(body)
        case "create", "delete": return try refChange(body, name)
        case "release": return try release(body)
        case "package": return try GiteaPackages.decode(delivery)
        // It has the form of a comment on an issue, without its own number.
        case "pull_request_comment": return .ignored(repoKeys: keys(body), reason: Reason.event(name))
        case _ where name == "pull_request" || name.hasPrefix("pull_request_"): return try pullRequest(body, name)
        default: return .ignored(repoKeys: keys(body), reason: Reason.event(name))
        }
    }

    private static func keys(_ body: JSONObject) -> [RepositoryKey] {
        guard let repository = body.object("repository") else { return [] }
        return ["clone_url", "ssh_url", "html_url"].map(repository.string).repositoryKeys
    }

    private static func knownKeys(_ body: JSONObject, _ event: String) throws(EventError) -> [RepositoryKey] {
        let keys = keys(body)
        guard !keys.isEmpty else { throw .lacks(field: "repository", event: event) }
        return keys
    }

    private static func push(_ body: JSONObject) throws(EventError) -> Event {
        guard let ref = body.text("ref") else { throw .lacks(field: "ref", event: "push") }
        guard let after = body.objectName("after") else { throw .lacks(field: "after", event: "push") }
        let total = body.int("total_commits")
        return Movement(
            repoKeys: try knownKeys(body, "push"),
            ref: ref,
            before: body.objectName("before"),
            after: after,
            commits: CommitList(in: body, head: body.object("head_commit")) { listed in
                total.map { listed >= $0 } ?? (listed < usualListedCommits)
            },
            defaultBranch: body.object("repository")?.text("default_branch"),
            actor: body.object("pusher")?.text("login") ?? body.object("sender")?.text("login")
        ).event()
    }

    /// Only Gogs sends the creation of a tag with this event; all three send the deletion of a branch.
    private static func refChange(_ body: JSONObject, _ event: String) throws(EventError) -> Event {
        guard let short = body.text("ref") else { throw .lacks(field: "ref", event: event) }
        let prefixes = ["branch": Movement.heads, "tag": Movement.tags]
        guard let prefix = body.text("ref_type").flatMap({ prefixes[$0] }) else {
            throw .lacks(field: "ref_type", event: event)
        }
        let keys = try knownKeys(body, event)
        let commit = body.realObjectName("sha")
        let isCreated = event == "create"
        if isCreated, commit == nil { return .ignored(repoKeys: keys, reason: "create_without_sha") }
        return Movement(
            repoKeys: keys,
            ref: prefix + short,
            after: isCreated ? commit : nil,
            created: isCreated,
            deleted: !isCreated,
            defaultBranch: body.object("repository")?.text("default_branch"),
            actor: body.object("sender")?.text("login")
        ).event()
    }

    private static func pullRequest(_ body: JSONObject, _ event: String) throws(EventError) -> Event {
        guard let request = body.object("pull_request") else { throw .lacks(field: "pull_request", event: event) }
        let head = request.object("head")
        let base = request.object("base")
        let source = head?.object("repo")?.text("full_name") ?? request.object("head_repo")?.text("full_name")
        let target = base?.object("repo")?.text("full_name") ?? request.object("base_repo")?.text("full_name")
        return try PullRequestFields(
            repoKeys: try knownKeys(body, event),
            number: body.int("number") ?? body.int("index"),
            action: body.string("action"),
            isMerged: request.bool("merged") ?? false,
            url: request.text("html_url"),
            source: head?.text("ref") ?? request.text("head_branch"),
            target: base?.text("ref") ?? request.text("base_branch"),
            headSHA: head?.objectName("sha"),
            mergeSHA: request.objectName("merge_commit_sha"),
            fromFork: source == nil || source != target
        ).event()
    }

    private static func release(_ body: JSONObject) throws(EventError) -> Event {
        guard let release = body.object("release"), let tag = release.text("tag_name") else {
            throw .lacks(field: "release.tag_name", event: "release")
        }
        let keys = try knownKeys(body, "release")
        let action = body.string("action")
        // Very old servers send no action.
        guard action == "published" || action == nil else {
            return .ignored(repoKeys: keys, reason: Reason.action(action))
        }
        return Release(repoKeys: keys, tag: tag, isDraft: release.bool("draft"), prerelease: release.bool("prerelease"))
            .event(actor: body.object("sender")?.text("login"))
    }
}
