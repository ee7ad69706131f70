import HoistwayModel

/// GitHub's container registry: the events `package` and `registry_package`, which have the same meaning.
enum GitHubPackages {
    static func decode(_ body: JSONObject, event: String, registryHost: String?) throws(EventError) -> Event {
        guard let package = body.object(event) else { throw .lacks(field: event, event: event) }
        let action = body.string("action")
        guard action == "published" || action == "updated" else {
            return .ignored(repoKeys: [], reason: Reason.action(action))
        }
        // The package's type has several spellings; only containers have this field.
        guard let version = package.object("package_version"), let container = version.object("container_metadata")
        else { return .ignored(repoKeys: [], reason: "no_container_metadata") }
        guard let image = image(package, version) else { throw .lacks(field: "package_url", event: event) }
        let manifest = container.object("manifest")
        return ImagePush(
            image: image.moved(to: registryHost),
            tag: container.object("tag")?.text("name"),
            digest: digest(version, container),
            mediaType: manifest?.text("media_type"),
            configMediaType: manifest?.object("config")?.text("media_type"),
            occurredAt: version.time("created_at") ?? package.time("updated_at"),
            actor: body.object("sender")?.text("login")
        ).event()
    }

    private static func image(_ package: JSONObject, _ version: JSONObject) -> ImageKey? {
        if let url = version.text("package_url"), let key = ImageKey(url), key.host != "docker.io" { return key }
        guard let owner = package.object("owner")?.text("login"), let name = package.text("name") else { return nil }
        return ImageKey("ghcr.io/\(owner)/\(name)")
    }

    /// The first valid digest: samples and old deliveries have shortened ones.
    private static func digest(_ version: JSONObject, _ container: JSONObject) -> String? {
        [
            container.object("manifest")?.text("digest"), container.object("tag")?.text("digest"),
            version.text("version"), version.text("name"),
        ].compactMap(\.self).first(where: ImageDigest.isValid)
    }
}
