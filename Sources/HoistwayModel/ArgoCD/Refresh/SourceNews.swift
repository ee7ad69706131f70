/// A ref that has moved in a repository that Applications may use as a source.
package struct SourceNews: Sendable, Equatable, Codable {
    package enum What: Sendable, Hashable, Codable {
        /// Short name; `isDefault` `nil`: it is not known whether it is the repository's default branch.
        case branch(String, isDefault: Bool?)
        /// Short name.
        case tag(String)
        /// A tag of a registry: the version of a chart, or of an OCI source.
        case artifact(String)
    }

    /// `RepositoryKey.text`, one for each URL in the event; for an artifact, one `ImageKey.text`.
    package var repositories: [String]
    package var what: What
    /// The ref's new commit; `nil`: the ref was deleted, or the commit is not known.
    package var commit: String?
    /// Slash-separated paths from the root, sorted by bytes; `nil`: unknown, so that every path filter matches.
    package var changedFiles: [String]?

    /// A list of more paths counts as unknown.
    package static let maxFiles = 3000

    package init(repositories: [String], what: What, commit: String? = nil, changedFiles: [String]? = nil) {
        self.repositories = repositories
        self.what = what
        self.commit = commit
        if let changedFiles, !changedFiles.isEmpty, changedFiles.count <= Self.maxFiles {
            self.changedFiles = Set(changedFiles).sortedByBytes
        }
    }

    /// One for each ref in the event; empty where no source can be affected.
    package static func of(_ event: Event) -> [SourceNews] {
        switch event {
        case .push(let push):
            guard let name = push.ref.dropping("refs/heads/") else { return [] }
            // A forced push restores old files that its commits do not name.
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
            // The changes of a tag depend on the tag before it.
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

    /// Combines two events in sequence: the result affects everything that one of them affects.
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
    /// `nil` where the text has another prefix.
    fileprivate func dropping(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
