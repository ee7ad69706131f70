/// Whether a container runtime can run the content of a manifest.
///
/// Registries store other artifacts beside images, under tags of the same repository: signatures, attestations, charts,
/// build caches, models. For their marks, see
/// <https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage>.
enum RunnableImage {
    private static let indexTypes: Set<String> = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    private static let imageTypes: Set<String> = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]
    private static let configurationTypes: Set<String> = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]
    private static let layerPrefixes = [
        "application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.",
    ]
    /// Names of the most frequent other artifacts, by the beginning of the media type.
    private static let names = [
        ("application/vnd.cncf.helm.", "a Helm chart"),
        ("application/vnd.buildkit.cacheconfig.", "a build cache"),
        ("application/vnd.dev.cosign.", "a signature"),
        ("application/vnd.dev.sigstore.", "a signature"),
        ("application/vnd.cncf.notary.", "a signature"),
        ("application/vnd.dsse.envelope.", "an attestation"),
        ("application/vnd.in-toto", "an attestation"),
        ("application/vnd.docker.attestation.", "an attestation"),
        ("application/vnd.docker.plugin.", "a Docker plugin"),
        ("application/spdx", "a bill of materials"), ("text/spdx", "a bill of materials"),
        ("application/vnd.cyclonedx", "a bill of materials"), ("application/vnd.syft", "a bill of materials"),
        ("application/vnd.wasm.", "a WebAssembly module"), ("application/vnd.cncf.openpolicyagent.", "a policy"),
    ]

    /// The name of another artifact, with its article, for people; `nil` where it is an image, or an index of images.
    static func alternative(to manifest: ImageManifest) -> String? {
        manifest.manifests.map { alternative(toIndex: manifest, children: $0) } ?? alternative(toImage: manifest)
    }

    /// The children of an index that are images of a known platform.
    static func images(among children: [ImageManifest.Descriptor]) -> [ImageManifest.Descriptor] {
        children.filter { child in
            guard child.platform?.isKnown ?? false else { return false }
            let isMarked = child.artifactType.map { !$0.isEmpty && !configurationTypes.contains($0) } ?? false
            return !isMarked && child.mediaType.map(imageTypes.contains) ?? true
        }
    }

    private static func alternative(toIndex index: ImageManifest, children: [ImageManifest.Descriptor]) -> String? {
        if let type = mark(of: index) { return name(of: type) }
        guard images(among: children).isEmpty else { return nil }
        let types = children.compactMap(\.mediaType)
        if let known = types.compactMap(knownName).first { return known }
        return "an index without an image for a known platform"
    }

    private static func alternative(toImage image: ImageManifest) -> String? {
        if let type = mark(of: image) { return name(of: type) }
        guard let configuration = image.config else { return "a manifest without a configuration" }
        let type = configuration.mediaType ?? ""
        guard configurationTypes.contains(type) else {
            return type.isEmpty ? "a manifest whose configuration has no media type" : name(of: type)
        }
        // Signatures and attestations of older tools have an image's configuration, but no layer of an image.
        let layers = (image.layers ?? []).map { $0.mediaType ?? "" }
        guard let first = layers.first, !layers.contains(where: isLayer) else { return nil }
        return name(of: first)
    }

    /// The artifact type in the manifest.
    private static func mark(of manifest: ImageManifest) -> String? {
        guard let type = manifest.artifactType, !type.isEmpty, !configurationTypes.contains(type) else { return nil }
        return type
    }

    private static func isLayer(_ type: String) -> Bool { layerPrefixes.contains { type.hasPrefix($0) } }

    private static func knownName(_ type: String) -> String? { names.first { type.hasPrefix($0.0) }?.1 }

    private static func name(of type: String) -> String {
        knownName(type) ?? "an artifact of type \(RegistryWords.shown(type))"
    }

    /// Whether a type from the answer or the manifest fits the manifest's form; an unknown type fits any form.
    static func fits(_ type: String, _ manifest: ImageManifest) -> Bool {
        if indexTypes.contains(type) { return manifest.manifests != nil }
        if imageTypes.contains(type) { return manifest.manifests == nil }
        return true
    }
}
