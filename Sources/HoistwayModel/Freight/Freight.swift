/// The id of freight: Kargo's, forty hexadecimal digits.
package struct FreightID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The first seven digits, which promotion names contain.
    package var short: String { String(text.prefix(7)) }

    package var description: String { text }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// One version of an artifact that a warehouse subscribes to.
package enum Artifact: Sendable, Hashable, Codable {
    case image(ImageArtifact)
    case commit(CommitArtifact)
    case chart(ChartArtifact)
}

package struct ImageArtifact: Sendable, Hashable, Codable {
    /// The URL in the subscription.
    package var repoURL: String
    package var tag: String
    /// In the form `sha256:…`.
    package var digest: String
    /// When it was built or pushed; `NewestBuild` sorts by it.
    package var createdAt: Timestamp?

    package init(repoURL: String, tag: String, digest: String, createdAt: Timestamp? = nil) {
        self.repoURL = repoURL
        self.tag = tag
        self.digest = digest
        self.createdAt = createdAt
    }
}

package struct CommitArtifact: Sendable, Hashable, Codable {
    /// The URL in the subscription.
    package var repoURL: String
    package var id: ObjectID
    package var branch: String?
    package var tag: String?
    /// First line only, cut to 80 characters.
    package var message: String
    package var author: String
    /// `Name <email>`; `nil`: not recorded.
    package var committer: String?
    /// When it was committed, or when an annotated tag was made for it.
    package var createdAt: Timestamp?

    package init(
        repoURL: String,
        id: ObjectID,
        branch: String? = nil,
        tag: String? = nil,
        message: String = "",
        author: String = "",
        committer: String? = nil,
        createdAt: Timestamp? = nil
    ) {
        self.repoURL = repoURL
        self.id = id
        self.branch = branch
        self.tag = tag
        self.message = message
        self.author = author
        self.committer = committer
        self.createdAt = createdAt
    }
}

package struct ChartArtifact: Sendable, Hashable, Codable {
    package var repoURL: String
    package var name: String
    package var version: String

    package init(repoURL: String, name: String, version: String) {
        self.repoURL = repoURL
        self.name = name
        self.version = version
    }
}

/// A unit of promotion: one artifact of every subscription of its warehouse.
package struct Freight: Sendable, Equatable, Codable {
    package var id: FreightID
    package var alias: String
    package var origin: WarehouseKey
    /// In the order of the warehouse's subscriptions.
    package var artifacts: [Artifact]
    package var discoveredAt: Timestamp

    package init(
        id: FreightID,
        alias: String,
        origin: WarehouseKey,
        artifacts: [Artifact],
        discoveredAt: Timestamp
    ) {
        self.id = id
        self.alias = alias
        self.origin = origin
        self.artifacts = artifacts
        self.discoveredAt = discoveredAt
    }

    package var images: [ImageArtifact] {
        artifacts.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }

    package var charts: [ChartArtifact] {
        artifacts.compactMap { if case .chart(let chart) = $0 { chart } else { nil } }
    }

    package var commits: [CommitArtifact] {
        artifacts.compactMap { if case .commit(let commit) = $0 { commit } else { nil } }
    }
}
