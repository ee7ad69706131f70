/// What `argocd-update` wants of the sources of an Application that have this URL: one entry of `apps[].sources`.
package struct SourceUpdate: Sendable, Equatable {
    package var repoURL: String
    /// Empty: a Git repository.
    package var chart: String
    /// What must be live in the end; `nil`: anything.
    package var desiredRevision: String?
    /// The source's new `targetRevision`; `nil`: it stays.
    package var targetRevision: String?
    /// All that `kustomize.images` will hold; `nil`: it stays.
    package var kustomizeImages: [KustomizeImageChoice]?
    /// Set by name, beside the others; `nil`: they stay.
    package var helmParameters: [ApplicationSource.HelmParameter]?
    /// The Application need not have such a source.
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

    /// Charts are compared letter for letter; URLs of Git by the repository that they name.
    package func matches(_ source: ApplicationSource) -> Bool {
        if !chart.isEmpty || !source.chart.isEmpty { return repoURL == source.repoURL && chart == source.chart }
        return FreightLookup.isSame(repoURL, source.repoURL)
    }

    /// For people: the URL, and the chart.
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

    /// As Argo CD reads it: `name:tag`, `name@digest`, `old=new:tag`, `old=new@digest`.
    ///
    /// Argo CD cuts a name at its first colon: one with a registry's port needs `old=` in front.
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

/// What the entries of `apps[].sources` come to on the sources of one Application.
package struct SourceMatching: Sendable, Equatable {
    /// One for each source of the Application, in order; empty: any revision will do.
    package private(set) var desiredRevisions: [String]
    /// What is to be written; sources that nothing is written to are left out.
    package private(set) var changes: [ApplicationUpdate.SourceChange]
    /// Entries that no source matches and that must have one.
    package private(set) var unmatched: [SourceUpdate]

    /// Each entry changes the first source that it matches.
    ///
    /// Its revision is expected of that source, and of others of the repository that follow the same targetRevision.
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
