package import HoistwayModel

/// Manifests of a Git repository, and how they are followed.
package struct FollowedManifests: Sendable, Equatable {
    /// Pushes are told of by a webhook; this is for those that were not.
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

/// What a source held at one commit: all that is needed to run on it where the repository is away.
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
    /// What was left out of manifests that were made, and why; what a person has to do.
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
