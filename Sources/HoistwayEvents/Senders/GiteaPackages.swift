import HoistwayModel

/// The `package` event of Gitea and Forgejo.
enum GiteaPackages {
    static func decode(_ delivery: Delivery) throws(EventError) -> Event {
        let body = delivery.body
        guard let package = body.object("package") else { throw .lacks(field: "package", event: "package") }
        let action = body.string("action")
        guard action == "created" else { return .ignored(repoKeys: [], reason: Reason.action(action)) }
        guard let type = package.text("type") else { throw .lacks(field: "package.type", event: "package") }
        guard type == "container" || type == "helm" else {
            return .ignored(repoKeys: [], reason: "package_\(Reason.word(type))")
        }
        guard let owner = package.object("owner")?.text("login"), let name = package.text("name"),
            let version = package.text("version")
        else { throw .lacks(field: "package.version", event: "package") }
        guard let host = delivery.registryHost ?? package.text("html_url").flatMap(host) else {
            return .ignored(repoKeys: [], reason: Reason.noHost)
        }
        let actor = body.object("sender")?.text("login")
        return type == "helm"
            ? try chart(host: host, owner: owner, name: name, version: version)
            : try image(package, host: host, owner: owner, name: name, version: version, actor: actor)
    }

    /// `version` is the tag in lower case, or the digest of a manifest without a tag.
    private static func image(
        _ package: JSONObject,
        host: String,
        owner: String,
        name: String,
        version: String,
        actor: String?
    ) throws(EventError) -> Event {
        guard let key = ImageKey("\(host)/\(owner)/\(name)"), key.host != "docker.io" else {
            throw .lacks(field: "package.name", event: "package")
        }
        let isDigest = version.hasPrefix("sha256:") || version.hasPrefix("sha512:")
        return ImagePush(
            image: key,
            tag: isDigest ? nil : version,
            digest: isDigest ? version : nil,
            occurredAt: package.time("created_at"),
            actor: actor
        ).event()
    }

    /// The repository's URL for Helm: `https://host/api/packages/owner/helm`.
    private static func chart(host: String, owner: String, name: String, version: String) throws(EventError) -> Event {
        guard let key = ImageKey("\(host)/api/packages/\(owner)/helm") else {
            throw .lacks(field: "package.owner", event: "package")
        }
        return .chart(ChartEvent(repository: key, chart: name, version: version))
    }

    private static func host(_ url: String) -> String? {
        let bare = url.drop { $0 != ":" }.dropFirst()
        guard bare.hasPrefix("//") else { return nil }
        let host = bare.dropFirst(2).prefix { $0 != "/" }
        return host.isEmpty ? nil : String(host)
    }
}
