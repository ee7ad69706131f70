import HoistwayModel

/// The used fields of a manifest or an index:
/// <https://github.com/opencontainers/image-spec/blob/main/manifest.md>.
struct ImageManifest: Decodable, Sendable {
    struct Descriptor: Decodable, Sendable {
        var mediaType: String?
        var digest: String
        var artifactType: String?
        var platform: Platform?
    }

    struct Layer: Decodable, Sendable {
        var mediaType: String?
        var digest: String?
    }

    struct Platform: Decodable, Sendable, Equatable {
        var os: String?
        var architecture: String?
        var variant: String?

        /// Attestations are children of an index with an unknown platform.
        var isKnown: Bool {
            guard let os, let architecture else { return false }
            return !os.isEmpty && !architecture.isEmpty && os != "unknown" && architecture != "unknown"
        }

        /// Whether this is `os/arch[/variant]`: a wanted platform without variant matches only one without.
        func matches(_ wanted: String) -> Bool { text == wanted }

        /// `os/arch[/variant]`, without the parts that are missing.
        var text: String {
            [os ?? "", architecture ?? "", variant ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
        }
    }

    var schemaVersion: Int?
    var mediaType: String?
    var artifactType: String?
    var config: Descriptor?
    var layers: [Layer]?
    /// The children of an index; `nil` for a single image.
    var manifests: [Descriptor]?
    var annotations: [String: String?]?

    var createdAt: Timestamp? { BuildTime.read(annotations) }
}

/// The used fields of an image's configuration.
struct ImageConfiguration: Decodable, Sendable {
    struct Defaults: Decodable, Sendable {
        var Labels: [String: String?]?
    }

    var created: String?
    var os: String?
    var architecture: String?
    var variant: String?
    var config: Defaults?

    var platform: ImageManifest.Platform {
        ImageManifest.Platform(os: os, architecture: architecture, variant: variant)
    }

    /// The later one of the label and the field: reproducible builds set the field to a constant.
    var createdAt: Timestamp? {
        [BuildTime.read(config?.Labels), created.flatMap { Timestamp(tolerant: $0) }].compactMap(\.self).max()
    }
}

/// The annotations and labels with the build time of an image.
enum BuildTime {
    static func read(_ notes: [String: String?]?) -> Timestamp? {
        for key in ["org.opencontainers.image.created", "org.label-schema.build-date"] {
            if let text = notes?[key] ?? nil, let time = Timestamp(tolerant: text) { return time }
        }
        return nil
    }
}
