/// An image, a chart or another artifact in a step's configuration: `host/repository:tag` or
/// `host/repository@sha256:…`.
package struct ArtifactReference: Sendable, Hashable {
    /// The prefix of an artifact that uses the credentials of charts.
    private static let chartScheme = "oci://"

    package let key: ImageKey
    /// Whether it uses the credentials of charts instead of those of images: it begins with `oci://`.
    package let isChart: Bool
    /// A tag or a digest; `latest` where the text has neither.
    package let reference: String
    /// `nil` where there is a digest.
    package let tag: String?

    /// `nil` where ``problem(with:mustHaveTag:)`` gives a problem for a text that needs no tag.
    package init?(_ text: String) {
        guard let parsed = ImageReference(text) else { return nil }
        key = parsed.key
        isChart = text.hasPrefix(Self.chartScheme)
        tag = parsed.digest == nil ? parsed.tag ?? "latest" : nil
        reference = parsed.digest ?? parsed.tag ?? "latest"
    }

    /// The form for matching credentials and for people; without tag and digest.
    package var repoURL: String { isChart ? Self.chartScheme + key.text : key.text }

    package var text: String { tag.map { "\(key.text):\($0)" } ?? "\(key.text)@\(reference)" }

    /// The problem of a text; messages put it after the text; `nil`: there is none.
    package static func problem(with text: String, mustHaveTag: Bool) -> String? {
        guard let parsed = ImageReference(text) else { return "is not the name of an artifact of a registry" }
        guard mustHaveTag else { return nil }
        if parsed.digest != nil { return "has a digest, and what is pushed is named by a tag" }
        return parsed.tag == nil ? "has no tag" : nil
    }
}
