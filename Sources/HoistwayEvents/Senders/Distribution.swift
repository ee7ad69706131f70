import HoistwayModel

/// The registry of CNCF Distribution.
///
/// Every authentic notification is accepted, since it repeats refused ones for ever.
///
/// <https://distribution.github.io/distribution/about/notifications/>
enum Distribution {
    static let traits = SenderTraits(
        kind: .registry,
        extraMediaTypes: [
            "application/vnd.docker.distribution.events.v2+json", "application/vnd.docker.distribution.events.v1+json",
        ],
        eventHeaders: [],
        deliveryIDHeaders: []
    )

    private static let manifestTypes: Set<String> = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]

    static func decode(_ delivery: Delivery) throws(EventError) -> [Event] {
        guard let entries = delivery.body.array("events") else { throw .lacks(field: "events", event: "Distribution") }
        let events = entries.compactMap { $0.object }.compactMap { push($0, registryHost: delivery.registryHost) }
        return events.isEmpty ? [.ignored(repoKeys: [], reason: "no_manifest_push")] : events
    }

    /// `nil` for pulls, mounts, deletions, and pushes of layers and configurations.
    private static func push(_ entry: JSONObject, registryHost: String?) -> Event? {
        guard entry.string("action") == "push", let target = entry.object("target"),
            let type = target.text("mediaType"), manifestTypes.contains(type)
        else { return nil }
        guard let host = registryHost ?? entry.object("request")?.text("host"),
            let repository = target.text("repository"), let image = ImageKey("\(host)/\(repository)"),
            image.host != "docker.io" || host == "docker.io"
        else { return .ignored(repoKeys: [], reason: Reason.noHost) }
        return ImagePush(
            image: image,
            tag: target.text("tag"),
            digest: target.text("digest"),
            mediaType: type,
            occurredAt: entry.time("timestamp"),
            actor: entry.object("actor")?.text("name")
        ).event()
    }
}
