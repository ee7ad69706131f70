/// An image, a chart or another artifact, as a step names it: `host/repository:tag` or `host/repository@sha256:…`.
package struct ArtifactReference: Sendable, Hashable {
    /// Before an artifact for which the credentials of charts count.
    private static let chartScheme = "oci://"

    package let key: ImageKey
    /// Whether the credentials of charts count, and not those of images: it begins with `oci://`.
    package let isChart: Bool
    /// A tag or a digest; `latest` where neither is written, as everywhere.
    package let reference: String
    /// `nil` where a digest decides.
    package let tag: String?

    /// `nil` where ``problem(with:mustHaveTag:)`` gives one for a text without demands on its tag.
    package init?(_ text: String) {
        guard let parsed = ImageReference(text) else { return nil }
        key = parsed.key
        isChart = text.hasPrefix(Self.chartScheme)
        tag = parsed.digest == nil ? parsed.tag ?? "latest" : nil
        reference = parsed.digest ?? parsed.tag ?? "latest"
    }

    /// As credentials are matched with it, and as people know it; without tag and digest.
    package var repoURL: String { isChart ? Self.chartScheme + key.text : key.text }

    package var text: String { tag.map { "\(key.text):\($0)" } ?? "\(key.text)@\(reference)" }

    /// What is wrong with a text, to be said after it; `nil`: nothing.
    package static func problem(with text: String, mustHaveTag: Bool) -> String? {
        guard let parsed = ImageReference(text) else { return "is not the name of an artifact of a registry" }
        guard mustHaveTag else { return nil }
        if parsed.digest != nil { return "has a digest, and what is pushed is named by a tag" }
        return parsed.tag == nil ? "has no tag" : nil
    }
}
