/// What a registry says of one reference (a tag or a digest) of an image.
///
/// "Not there" may change within a second, since registries send their notification before the tag can be read; the
/// other answers are final for the subscription that asked, until the tag is pushed again.
package enum ImageAnswer: Sendable, Equatable {
    /// The digest of the manifest, or of the index, that the reference names.
    case found(String)
    /// The registry has no such reference.
    case absent
    /// It is there, but not for the subscription's platform. `offered`: the platforms that it is for, in its order.
    case otherPlatform(offered: [String])
    /// It is there, but no container runtime can run it. `kind`: what it is instead, with its article, for people.
    case notRunnable(kind: String)

    package var digest: String? {
        if case .found(let digest) = self { digest } else { nil }
    }

    /// Why a subscription does not take the reference; `nil` where it was found.
    package func reason(tag: String, platform: String?) -> String? {
        switch self {
        case .found: nil
        case .absent: "the registry has no \(tag)"
        case .otherPlatform(let offered):
            offered.isEmpty
                ? "\(tag) names no platform, and the subscription asks for \(platform ?? "one")"
                : "\(tag) is for \(Self.list(offered)), and the subscription asks for \(platform ?? "another platform")"
        case .notRunnable(let kind): "\(tag) is \(kind), not an image that can run"
        }
    }

    /// The first few: an index may have hundreds.
    private static func list(_ platforms: [String]) -> String {
        let shown = platforms.prefix(6).joined(separator: ", ")
        return platforms.count > 6 ? "\(shown) and \(platforms.count - 6) more" : shown
    }
}
