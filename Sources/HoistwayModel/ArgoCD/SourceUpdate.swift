/// Changes by `argocd-update` to the sources of an Application that have this URL: one entry of `apps[].sources`.
package struct SourceUpdate: Sendable, Equatable {
    package var repoURL: String
    /// Empty: the source is a Git repository.
    package var chart: String
    /// The revision that must be live in the end; `nil`: any.
    package var desiredRevision: String?
    /// The source's new `targetRevision`; `nil`: it does not change.
    package var targetRevision: String?
    /// The whole new list `kustomize.images`; `nil`: it does not change.
    package var kustomizeImages: [KustomizeImageChoice]?
    /// Parameters to set by name, while others stay; `nil`: none are set.
    package var helmParameters: [ApplicationSource.HelmParameter]?
    /// Whether the Application may lack such a source.
    package var mayMiss: Bool

    package init(
        repoURL: String,
        chart: String = "",
        desiredRevision: String? = nil,
        targetRevision: String? = nil,
        kustomizeImages: [KustomizeImageChoice]? = nil,
        helmParameters: [ApplicationSource.HelmParameter]? = nil,
        mayMiss: Bool = false
    ) {
        self.repoURL = repoURL
        self.chart = chart
        self.desiredRevision = desiredRevision
        self.targetRevision = targetRevision
        self.kustomizeImages = kustomizeImages
        self.helmParameters = helmParameters
        self.mayMiss = mayMiss
    }

    /// Compares charts letter by letter, and Git URLs by the repository that they name.
    package func matches(_ source: ApplicationSource) -> Bool {
        if !chart.isEmpty || !source.chart.isEmpty { return repoURL == source.repoURL && chart == source.chart }
        return FreightLookup.isSame(repoURL, source.repoURL)
    }

    /// The URL and the chart, for people.
    package var name: String {
        let url = URLText.withoutUser(repoURL)
        return chart.isEmpty ? url : "\(url) (chart \(chart))"
    }
}

/// One entry of `kustomize.images`.
package struct KustomizeImageChoice: Sendable, Equatable {
    package var name: String
    package var newName: String?
    package var version: Version

    package enum Version: Sendable, Equatable {
        case tag(String)
        case digest(String)
    }

    package init(name: String, newName: String? = nil, version: Version) {
        self.name = name
        self.newName = newName
        self.version = version
    }

    /// In Argo CD's format: `name:tag`, `name@digest`, `old=new:tag`, `old=new@digest`.
    ///
    /// Argo CD cuts a name at its first colon: a name with a registry's port needs `old=` before it.
    package var text: String {
        let suffix =
            switch version {
            case .tag(let tag): ":\(tag)"
            case .digest(let digest): "@\(digest)"
            }
        if let newName, !newName.isEmpty { return "\(name)=\(newName)\(suffix)" }
        return name.contains(":") ? "\(name)=\(name)\(suffix)" : name + suffix
    }
}

/// The effect of the entries of `apps[].sources` on the sources of one Application.
package struct SourceMatching: Sendable, Equatable {
    /// One for each source of the Application, in order; empty: any revision is accepted.
    package private(set) var desiredRevisions: [String]
    /// The changes to write; sources without changes are left out.
    package private(set) var changes: [ApplicationUpdate.SourceChange]
    /// Entries that must match a source and match none.
    package private(set) var unmatched: [SourceUpdate]

    /// Each entry changes the first source that it matches.
    ///
    /// Its revision is desired for that source, and for other sources of the repository with the same targetRevision.
    package init(_ updates: [SourceUpdate], on sources: [ApplicationSource]) {
        desiredRevisions = sources.map { _ in "" }
        unmatched = []
        var changed: [Int: ApplicationUpdate.SourceChange] = [:]
        for update in updates {
            guard let index = sources.firstIndex(where: update.matches) else {
                if !update.mayMiss { unmatched.append(update) }
                continue
            }
            if let desired = update.desiredRevision {
                for (other, source) in sources.enumerated()
                where desiredRevisions[other].isEmpty && update.matches(source)
                    && (other == index || source.targetRevision == sources[index].targetRevision)
                {
                    desiredRevisions[other] = desired
                }
            }
            var change = changed[index] ?? ApplicationUpdate.SourceChange(index: index)
            change.apply(update, to: sources[index])
            if change != ApplicationUpdate.SourceChange(index: index) { changed[index] = change }
        }
        changes = changed.values.sorted { $0.index < $1.index }
    }
}

extension ApplicationUpdate.SourceChange {
    fileprivate mutating func apply(_ update: SourceUpdate, to source: ApplicationSource) {
        if let target = update.targetRevision { targetRevision = target }
        if let images = update.kustomizeImages { kustomizeImages = images.map(\.text) }
        if let parameters = update.helmParameters {
            var all = helmParameters ?? source.helmParameters ?? []
            for parameter in parameters {
                if let place = all.firstIndex(where: { $0.name == parameter.name }) {
                    all[place].value = parameter.value
                } else {
                    all.append(parameter)
                }
            }
            helmParameters = all
        }
    }
}
