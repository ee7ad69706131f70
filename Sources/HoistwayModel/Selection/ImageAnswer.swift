/// A registry's answer about one reference (a tag or a digest) of an image.
///
/// "Absent" may change within a second, since registries send their notification before the tag can be read. The other
/// answers are final for the subscription until the tag is pushed again.
package enum ImageAnswer: Sendable, Equatable {
    /// The digest of the reference's manifest or index.
    case found(String)
    /// The registry has no such reference.
    case absent
    /// The image is not for the subscription's platform. `offered`: the image's platforms, in its order.
    case otherPlatform(offered: [String])
    /// No container runtime can run it. `kind`: its actual kind, with its article, for people.
    case notRunnable(kind: String)

    package var digest: String? {
        if case .found(let digest) = self { digest } else { nil }
    }

    /// Why a subscription does not use the reference; `nil` where it was found.
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

    /// Only the first few, since an index may have hundreds.
    private static func list(_ platforms: [String]) -> String {
        let shown = platforms.prefix(6).joined(separator: ", ")
        return platforms.count > 6 ? "\(shown) and \(platforms.count - 6) more" : shown
    }
}
