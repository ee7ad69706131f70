import HoistwayModel

/// A pushed manifest, in a common form for all registries.
struct ImagePush {
    var image: ImageKey
    var tag: String?
    /// As sent; invalid ones are dropped.
    var digest: String?
    var mediaType: String?
    /// The type of the manifest's configuration, which distinguishes a chart from an image.
    var configMediaType: String?
    var occurredAt: Timestamp?
    var actor: String?

    /// Configuration types of images that can run; an index has none.
    private static let imageConfigs: Set<String> = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]
    private static let helmConfig = "application/vnd.cncf.helm.config.v1+json"

    func event() -> Event {
        let tag = tag.flatMap { ImageTag.isValid($0) ? $0 : nil }
        let digest = digest.flatMap { ImageDigest.isValid($0) ? $0 : nil }
        if let tag, ImageTag.isCompanion(tag) { return .ignored(repoKeys: [], reason: Reason.companion) }
        guard tag != nil || digest != nil else { return .ignored(repoKeys: [], reason: Reason.noTagNoDigest) }
        if configMediaType == Self.helmConfig, let tag { return .chart(chart(tag, digest)) }
        if let type = configMediaType, !type.isEmpty, type != Self.helmConfig, !Self.imageConfigs.contains(type) {
            return .ignored(repoKeys: [], reason: Reason.noImage)
        }
        return .image(
            ImageEvent(
                image: image,
                tags: tag.map { [$0] } ?? [],
                digest: digest,
                mediaType: mediaType,
                occurredAt: occurredAt,
                actor: actor
            )
        )
    }

    /// In a chart's tag, `_` replaces `+`, which tags cannot have.
    private func chart(_ tag: String, _ digest: String?) -> ChartEvent {
        ChartEvent(
            repository: image,
            chart: image.path.split(separator: "/").last.map(String.init) ?? image.path,
            version: String(tag.map { $0 == "_" ? "+" : $0 }),
            digest: digest
        )
    }
}
