/// Whether news of a repository affects an Application, and why.
///
/// The rules are those of Argo CD's own webhook: repository, revision, `manifest-generate-paths`. There are two
/// differences: a branch and a tag with the same name are different, and a list of changes that may be cut counts as
/// unknown.
package struct SourceConcern: Sendable, Equatable {
    /// For people, without a subject: `it follows main, and apps/web/values.yaml is below apps/web`.
    package var reason: String
    /// Whether the source hydrator must render again.
    package var hydrates: Bool

    /// `nil` where the news does not affect it.
    ///
    /// - Parameter key: gives the key of a source's URL; the caller may cache it, since thousands of Applications share
    ///   few.
    package init?(
        of application: Application,
        by news: SourceNews,
        key: (String) -> RepositoryKey? = { RepositoryKey(url: $0) }
    ) {
        if let dry = application.drySource,
            let reason = Self.reason(for: dry, of: application, news, key)
        {
            self.init(reason: reason, hydrates: true)
            return
        }
        for source in application.sources {
            if let reason = Self.reason(for: source, of: application, news, key) {
                self.init(reason: reason, hydrates: false)
                return
            }
        }
        return nil
    }

    private init(reason: String, hydrates: Bool) {
        self.reason = reason
        self.hydrates = hydrates
    }

    private static func reason(
        for source: ApplicationSource,
        of application: Application,
        _ news: SourceNews,
        _ key: (String) -> RepositoryKey?
    ) -> String? {
        switch news.what {
        case .artifact(let tag):
            guard let name = source.artifact, news.repositories.contains(name),
                RevisionRule(source).admits(tag: tag)
            else { return nil }
            return "it follows \(shown(source.targetRevision)) of \(name)"
        case .branch, .tag:
            guard source.artifact == nil, RevisionRule(source).admits(news.what), let key = key(source.repoURL),
                news.repositories.contains(key.text)
            else { return nil }
        }
        let follows = "it follows \(shown(source.targetRevision))"
        if let reason = application.oversize(of: GeneratePaths.annotation) {
            return "\(follows), and every file counts: of \(GeneratePaths.annotation), \(reason)"
        }
        let paths = GeneratePaths(application.annotations[GeneratePaths.annotation] ?? "", sourcePath: source.path)
        guard !paths.isEmpty else { return follows }
        guard let files = news.changedFiles else { return "\(follows), and which files have changed is not known" }
        guard let (file, path) = paths.firstMatch(among: files) else { return nil }
        return "\(follows), and \(ShownText.bare(file)) is in its path \(ShownText.bare(path))"
    }

    private static func shown(_ revision: String) -> String {
        revision.isEmpty ? "the default branch" : ShownText.bare(revision)
    }
}

/// The refs that a source's `targetRevision` may mean.
private struct RevisionRule {
    let revision: String
    let prefix: String

    init(_ source: ApplicationSource) {
        revision = source.targetRevision
        prefix = source.tagPrefix
    }

    func admits(_ what: SourceNews.What) -> Bool {
        switch what {
        case .branch(let name, let isDefault):
            // If it is not known which branch is the default one, it may be this one.
            if revision.isEmpty || revision == "HEAD" { return isDefault ?? true }
            return revision == name || revision == "refs/heads/\(name)"
        case .tag(let name): return revision == "refs/tags/\(name)" || admits(tag: name)
        case .artifact(let tag): return admits(tag: tag)
        }
    }

    /// Compares the name, or the version with a range.
    func admits(tag: String) -> Bool {
        if revision == tag { return true }
        guard !revision.isEmpty, revision != "HEAD", !revision.hasPrefix("refs/"), tag.hasPrefix(prefix) else {
            return false
        }
        // It is not a range, but the name of a branch or a commit.
        guard let version = Semver(loose: String(tag.dropFirst(prefix.count))),
            let range = try? SemverConstraint(revision)
        else { return false }
        return range.admits(version)
    }
}

extension ApplicationSource {
    /// For a chart or an OCI source: its place in a registry in the form of an `ImageKey`; `nil` for Git.
    fileprivate var artifact: String? {
        let isOCI = repoURL.lowercased().hasPrefix("oci://")
        guard isOCI || !chart.isEmpty else { return nil }
        var place = repoURL
        while place.hasSuffix("/") { place.removeLast() }
        if !chart.isEmpty { place += "/\(chart)" }
        return ImageKey(place)?.text ?? ""
    }
}
