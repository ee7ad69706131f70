package import HoistwayModel

/// Manifests of a Git repository, and how they are followed.
package struct FollowedManifests: Sendable, Equatable {
    /// A webhook reports pushes; this interval finds those that it did not report.
    package static let defaultInterval: Duration = .seconds(300)
    /// A shorter one would only burden the server.
    package static let shortestInterval: Duration = .seconds(10)

    package var source: ManifestSource
    package var interval: Duration
    package var place: SourcePlace

    package init(source: ManifestSource, interval: Duration = defaultInterval, place: SourcePlace) {
        self.source = source
        self.interval = interval
        self.place = place
    }
}

/// The contents of a source at one commit: enough to run while the repository cannot be reached.
package struct ManifestVersion: Sendable, Equatable, Codable {
    package struct File: Sendable, Equatable, Codable {
        /// Slash-separated, from the root of the repository.
        package var path: String
        package var text: String

        package init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    package var source: ManifestSource
    package var commit: ObjectID
    package var readAt: Timestamp
    /// Sorted by path.
    package var files: [File]
    /// Generated manifests that were left out, and why; actions that a person has to take.
    package var remarks: [String]?

    package init(
        source: ManifestSource,
        commit: ObjectID,
        readAt: Timestamp,
        files: [File],
        remarks: [String]? = nil
    ) {
        self.source = source
        self.commit = commit
        self.readAt = readAt
        self.files = files
        self.remarks = remarks
    }

    /// For people, in front of a path: `https://git.example.com/acme/pipelines@1a2b3c4`.
    package var title: String { "\(URLText.withoutUser(source.repoURL))@\(commit.short)" }
}
