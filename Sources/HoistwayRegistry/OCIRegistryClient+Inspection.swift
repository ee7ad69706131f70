import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Reads an image: its build time, and its platforms.
extension OCIRegistryClient {
    /// Limit of children of one index that are read.
    private static let maxChildren = 64

    /// The index's own time, else that of its newest child; for a single image its annotation, else its configuration.
    func createdAt(
        _ fetched: FetchedManifest,
        platform: String?,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> Timestamp? {
        guard let children = fetched.manifest.manifests else {
            return try await createdAt(image: fetched.manifest, platform: platform, in: repository)
        }
        let wanted = RunnableImage.images(among: children).filter { child in
            platform.map { child.platform?.matches($0) ?? false } ?? true
        }
        guard !wanted.isEmpty else { return nil }
        if let own = fetched.manifest.createdAt { return own }
        var newest: Timestamp?
        for child in wanted.prefix(Self.maxChildren) {
            guard let image = try await manifest(child.digest, in: repository), image.manifest.manifests == nil else {
                continue
            }
            let time = try await createdAt(image: image.manifest, platform: nil, in: repository)
            newest = [newest, time].compactMap(\.self).max()
        }
        return newest
    }

    /// Whether it is an image, and one for `os/arch[/variant]`, or an index with such an image.
    func answer(
        _ fetched: FetchedManifest,
        platform: String?,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> ImageAnswer {
        if let kind = RunnableImage.alternative(to: fetched.manifest) { return .notRunnable(kind: kind) }
        guard let platform else { return .found(fetched.digest) }
        let offered: [ImageManifest.Platform]
        if let children = fetched.manifest.manifests {
            offered = RunnableImage.images(among: children).compactMap(\.platform)
        } else if let configuration = try await configuration(of: fetched.manifest, in: repository) {
            offered = [configuration.platform]
        } else {
            offered = []
        }
        guard !offered.contains(where: { $0.matches(platform) }) else { return .found(fetched.digest) }
        return .otherPlatform(offered: offered.filter(\.isKnown).map(\.text))
    }

    private func createdAt(
        image: ImageManifest,
        platform: String?,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> Timestamp? {
        if platform == nil, let time = image.createdAt { return time }
        guard let configuration = try await configuration(of: image, in: repository) else { return nil }
        if let platform, !configuration.platform.matches(platform) { return nil }
        return image.createdAt ?? configuration.createdAt
    }

    /// `nil` where there is none, as for an artifact that is no image.
    private func configuration(
        of image: ImageManifest,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> ImageConfiguration? {
        guard let digest = image.config?.digest else { return nil }
        guard ImageDigest.isValid(digest) else {
            throw .malformed(
                host: repository.host,
                detail: "a manifest names a configuration by something that is no digest"
            )
        }
        let answer = try await ask(.GET, "blobs/\(digest)", accept: ["*/*"], in: repository, isBlob: true)
        guard let answer else { return nil }
        _ = try FetchedManifest.verify(answer.body, digest: digest, host: repository.host)
        // Helm charts and other artifacts have configurations of their own kinds, without a time.
        return try? JSONDecoder().decode(ImageConfiguration.self, from: Data(answer.body))
    }
}
