import HoistwayModel

/// Harbor, in its own format and as CloudEvents.
///
/// <https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks/>
enum Harbor {
    static let traits = SenderTraits(
        kind: .registry,
        extraMediaTypes: [],
        eventHeaders: [],
        deliveryIDHeaders: []
    )

    /// `pushImage` is the name in version 1.
    private static let pushes: Set<String> = ["PUSH_ARTIFACT", "pushImage", "harbor.artifact.pushed"]

    static func decode(_ delivery: Delivery) throws(EventError) -> [Event] {
        let body = delivery.body
        guard let type = body.text("type") else { throw .lacks(field: "type", event: "Harbor") }
        guard pushes.contains(type) else { return [.ignored(repoKeys: [], reason: Reason.word(type))] }
        guard let data = body.object("event_data") ?? body.object("data") else {
            throw .lacks(field: "event_data", event: type)
        }
        let time = body.double("occur_at").flatMap { Timestamp(unixSeconds: $0) } ?? body.time("time")
        let resources = data.array("resources")?.compactMap(\.object) ?? []
        guard !resources.isEmpty else { return [.ignored(repoKeys: [], reason: "no_resources")] }
        return resources.map { resource in
            push(resource, time, actor: body.text("operator"), registryHost: delivery.registryHost)
        }
    }

    private static func push(
        _ resource: JSONObject,
        _ time: Timestamp?,
        actor: String?,
        registryHost: String?
    ) -> Event {
        guard let url = resource.text("resource_url"), let image = ImageKey(url) else {
            return .ignored(repoKeys: [], reason: Reason.noHost)
        }
        // A push by digest has the digest in the field of the tag.
        let tag = resource.text("tag").flatMap { $0.hasPrefix("sha256:") ? nil : $0 }
        return ImagePush(
            image: image.moved(to: registryHost),
            tag: tag,
            digest: resource.text("digest"),
            occurredAt: time,
            actor: actor
        ).event()
    }
}
