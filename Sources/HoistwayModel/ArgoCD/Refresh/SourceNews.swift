/// What has moved where Applications may have their sources.
package struct SourceNews: Sendable, Equatable, Codable {
    package enum What: Sendable, Hashable, Codable {
        /// Short name; `isDefault` `nil`: nobody has said whether it is the repository's default branch.
        case branch(String, isDefault: Bool?)
        /// Short name.
        case tag(String)
        /// A tag of a registry: the version of a chart, or of an OCI source.
        case artifact(String)
    }

    /// `RepositoryKey.text`, one for each URL that the sender names; of an artifact one `ImageKey.text`.
    package var repositories: [String]
    package var what: What
    /// Where the ref is now; `nil`: it is gone, or nobody has said.
    package var commit: String?
    /// Slash-separated paths from the root, in the order of their bytes; `nil`: unknown, so that every path filter matches.
    package var changedFiles: [String]?

    /// More paths than this count as unknown.
    package static let maxFiles = 3000

    package init(repositories: [String], what: What, commit: String? = nil, changedFiles: [String]? = nil) {
        self.repositories = repositories
        self.what = what
        self.commit = commit
        if let changedFiles, !changedFiles.isEmpty, changedFiles.count <= Self.maxFiles {
            self.changedFiles = Set(changedFiles).sortedByBytes
        }
    }

    /// One for each ref that the event tells of; empty where no source can be concerned.
    package static func of(_ event: Event) -> [SourceNews] {
        switch event {
        case .push(let push):
            guard let name = push.ref.dropping("refs/heads/") else { return [] }
            // A push by force takes files back that its commits do not name.
            let isWhole = !push.commitsTruncated && push.forced != true && !push.created && !push.deleted
            return [
                SourceNews(
                    repositories: push.repoKeys.map(\.text),
                    what: .branch(name, isDefault: push.defaultBranch.map { $0 == name }),
                    commit: push.commit,
                    changedFiles: isWhole ? push.changedFiles : nil
                )
            ]
        case .tag(let tag):
            // What a tag changes depends on the tag that it follows.
            guard let name = tag.ref.dropping("refs/tags/") else { return [] }
            return [SourceNews(repositories: tag.repoKeys.map(\.text), what: .tag(name), commit: tag.commit)]
        case .image(let image):
            return image.tags.map { SourceNews(repositories: [image.image.text], what: .artifact($0)) }
        case .chart(let chart):
            let name = "\(chart.repository.text)/\(chart.chart)".lowercased()
            let whole = chart.repository.text.hasSuffix("/\(chart.chart.lowercased())") ? chart.repository.text : name
            return [SourceNews(repositories: [whole], what: .artifact(chart.version))]
        case .pullRequest, .ping, .ignored: return []
        }
    }

    /// `main of github.com/acme/deploy`, for people.
    package var subject: String {
        let place = repositories.first ?? "?"
        return switch what {
        case .branch(let name, _): "\(name) of \(place)"
        case .tag(let name): "the tag \(name) of \(place)"
        case .artifact(let tag): "\(place):\(tag)"
        }
    }

    /// Both happened, one after the other: what either concerns is concerned.
    package func joined(with later: SourceNews) -> SourceNews {
        var joined = later
        joined.repositories += repositories.filter { !later.repositories.contains($0) }
        if case .branch(let name, nil) = later.what, case .branch(_, let isDefault) = what {
            joined.what = .branch(name, isDefault: isDefault)
        }
        joined.changedFiles = nil
        if let old = changedFiles, let new = later.changedFiles {
            let all = Set(old).union(new)
            if all.count <= Self.maxFiles { joined.changedFiles = all.sortedByBytes }
        }
        return joined
    }
}

extension Set<String> {
    fileprivate var sortedByBytes: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}

extension String {
    /// `nil` where it does not begin so.
    fileprivate func dropping(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
