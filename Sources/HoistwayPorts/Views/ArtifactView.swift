package import HoistwayModel

/// One artifact of freight, as values.
package struct ArtifactView: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case image
        case commit
        case chart
    }

    package var kind: Kind
    /// The URL in the warehouse's subscription, without user and password.
    package var repository: String
    /// The last part of the repository, or the chart's name: `checkout`.
    package var name: String
    /// The version for people: the tag, the chart's version, or a commit's first seven digits.
    package var version: String
    /// Only for an image.
    package var digest: String?
    /// Only for a commit: its whole id.
    package var commit: String?
    package var branch: String?
    package var tag: String?
    /// The first line of a commit's message.
    package var subject: String?
    package var author: String?
    /// When it was built, committed or tagged, if known.
    package var createdAt: Timestamp?
    /// Its page at the Git host or registry; `nil` where the page is not known.
    ///
    /// Always http or https.
    package var url: String?

    package init(_ artifact: Artifact) {
        switch artifact {
        case .image(let image):
            kind = .image
            repository = URLText.withoutUser(image.repoURL)
            name = FreightDescription.lastPart(of: image.repoURL)
            version = image.tag
            tag = image.tag
            digest = image.digest
            createdAt = image.createdAt
        case .commit(let one):
            kind = .commit
            repository = URLText.withoutUser(one.repoURL)
            name = FreightDescription.lastPart(of: KargoURL.git(one.repoURL))
            version = one.tag ?? one.id.short
            commit = one.id.hex
            branch = one.branch
            tag = one.tag
            subject = one.message.isEmpty ? nil : one.message
            author = one.author.isEmpty ? nil : one.author
            createdAt = one.createdAt
        case .chart(let chart):
            kind = .chart
            repository = URLText.withoutUser(chart.repoURL)
            name = chart.name.isEmpty ? FreightDescription.lastPart(of: chart.repoURL) : chart.name
            version = chart.version
        }
        url = ArtifactPage.url(of: artifact)
    }
}
