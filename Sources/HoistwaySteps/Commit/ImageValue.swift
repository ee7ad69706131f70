package import HoistwayEdits
import HoistwayExpressions
import HoistwayModel

/// A value of a file that a step has set to the version of an image, or to a text with that version.
package struct ImageValue: Sendable, Equatable {
    /// Path within the repository.
    package var file: String
    /// The checkout that holds the file, without `.` and `..`; empty outside of all checkouts.
    package var mount: String
    /// As in the step's configuration.
    package var key: String
    package var format: ScalarLookup.Format
    /// The image, as its subscription writes it.
    package var image: String
    /// The freight's tag, or its digest.
    package var version: String
    /// Digests have no order: no digest is older than another.
    package var isDigest: Bool
    /// The value now.
    package var new: String
    /// The value before the step; `nil` where the key was not there.
    package var old: String?

    /// From the workspace's root.
    package var source: String { mount.isEmpty ? file : mount + "/" + file }

    /// The version in another text at the same place.
    ///
    /// - Returns: `nil` where the text does not have the form of `new`.
    package func version(of text: String) -> String? {
        guard !isDigest else { return text == new ? version : nil }
        return VersionText.version(in: Self.withoutDigest(text), writtenAs: Self.withoutDigest(new), for: version)
    }

    private static func withoutDigest(_ text: String) -> String {
        text.firstRange(of: "@sha256:").map { String(text[..<$0.lowerBound]) } ?? text
    }
}

extension ImageValue {
    /// The image values of one change, found through the origins of its value.
    ///
    /// - Parameter images: of the promotion's freight.
    static func all(
        _ origins: Set<ArtifactOrigin>,
        of change: ScalarChange,
        in file: StepFile,
        _ format: ScalarLookup.Format,
        images: [ImageArtifact]
    ) -> [ImageValue] {
        var parts: [String: Set<ArtifactOrigin.Part>] = [:]
        for case .image(let repoURL, let part) in origins { parts[repoURL, default: []].insert(part) }
        let found = parts.sorted { $0.key < $1.key }.compactMap { repoURL, parts -> ImageValue? in
            let own = images.filter { $0.repoURL == repoURL }
            let isDigest = !parts.contains(.tag)
            guard parts.contains(.tag) || parts.contains(.digest),
                let image = own.first(where: { change.new.contains(isDigest ? $0.digest : $0.tag) }) ?? own.first
            else { return nil }
            return ImageValue(
                file: file.shown,
                mount: file.mount,
                key: change.key,
                format: format,
                image: repoURL,
                version: isDigest ? image.digest : image.tag,
                isDigest: isDigest,
                new: change.new,
                old: change.old
            )
        }
        // Where several images have the same version, the text does not show which image it is.
        let isAmbiguous = found.count > 1 && Set(found.map(\.version)).count < found.count
        return isAmbiguous ? [] : found
    }

    /// For the story of a commit.
    var change: ImageChange {
        let before = old.flatMap { $0.isEmpty ? nil : version(of: $0) ?? (isDigest ? $0 : nil) }
        return ImageChange(
            file: file,
            name: image,
            oldTag: isDigest ? nil : before,
            newTag: isDigest ? nil : version,
            oldDigest: isDigest ? before : nil,
            newDigest: isDigest ? version : nil,
            mount: mount
        )
    }
}
