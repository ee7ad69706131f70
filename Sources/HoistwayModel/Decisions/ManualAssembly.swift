/// Freight that a person composes: exactly one artifact for each subscription of a warehouse, as Kargo requires.
///
/// The subscription need not select these versions.
package struct ManualAssembly: Sendable, Equatable {
    /// One artifact as it was written.
    package enum Part: Sendable, Equatable {
        /// `digest`: `nil` where the registry must give it.
        case image(repoURL: String, tag: String, digest: String?)
        case commit(repoURL: String, id: ObjectID)
        case chart(repository: String, version: String)

        /// `REPOSITORY:TAG`, with or without `@sha256:…`.
        package static func image(_ text: String) throws(Failure) -> Part {
            let pieces = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let digest = pieces.count > 1 ? String(pieces[1]) : nil
            let colon = pieces[0].lastIndex(of: ":")
            guard let colon, colon > (pieces[0].lastIndex(of: "/") ?? pieces[0].startIndex),
                digest.map({ ImageDigest.isValid($0) }) ?? true
            else { throw .malformed(text, form: "REPOSITORY:TAG or REPOSITORY:TAG@sha256:…") }
            let tag = String(pieces[0][pieces[0].index(after: colon)...])
            guard !tag.isEmpty else { throw .malformed(text, form: "REPOSITORY:TAG or REPOSITORY:TAG@sha256:…") }
            return .image(repoURL: String(pieces[0][..<colon]), tag: tag, digest: digest)
        }

        /// `REPOSITORY=ID`, with all forty digits of the id.
        package static func commit(_ text: String) throws(Failure) -> Part {
            guard let equals = text.lastIndex(of: "="), let id = ObjectID(String(text[text.index(after: equals)...]))
            else { throw .malformed(text, form: "REPOSITORY=COMMIT, with the forty digits of the commit's id") }
            return .commit(repoURL: String(text[..<equals]), id: id)
        }

        /// `REPOSITORY=VERSION`; a classic repository is followed by `/` and the chart's name.
        package static func chart(_ text: String) throws(Failure) -> Part {
            guard let equals = text.lastIndex(of: "="), text.index(after: equals) < text.endIndex else {
                throw .malformed(text, form: "REPOSITORY=VERSION, or REPOSITORY/CHART=VERSION")
            }
            return .chart(
                repository: String(text[..<equals]),
                version: String(text[text.index(after: equals)...])
            )
        }

        fileprivate var shown: String {
            switch self {
            case .image(let repoURL, let tag, _): "\(repoURL):\(tag)"
            case .commit(let repoURL, let id): "\(repoURL)=\(id.short)"
            case .chart(let repository, let version): "\(repository)=\(version)"
            }
        }

        fileprivate func isOf(_ subscription: Subscription) -> Bool {
            switch (self, subscription) {
            case (.image(let repoURL, _, _), .image(let image)):
                image.repoURL == repoURL || (try? ImageReference(parsing: repoURL))?.key == image.key
            case (.commit(let repoURL, _), .git(let git)):
                git.repoURL == repoURL || RepositoryKey(url: repoURL) == git.key
            case (.chart(let repository, _), .chart(let chart)):
                repository == (chart.name.isEmpty ? chart.repoURL : "\(chart.repoURL)/\(chart.name)")
            default: false
            }
        }
    }

    package enum Failure: Diagnosable, Equatable {
        case malformed(String, form: String)
        case foreign(String, warehouse: String, subscriptions: [String])
        case twice(String)
        case missing([String])
        case nothing

        package var message: String {
            switch self {
            case .malformed(let text, let form): "\(ShownText.quoted(text)) is not of the form \(form)"
            case .foreign(let part, let warehouse, let subscriptions):
                "warehouse \(warehouse) does not subscribe to \(part), but to \(subscriptions.joined(separator: ", "))"
            case .twice(let subscription): "two artifacts are given for \(subscription)"
            case .missing(let subscriptions): "no artifact is given for \(subscriptions.joined(separator: ", "))"
            case .nothing: "the warehouse has no subscription to make freight of"
            }
        }
    }

    /// In the order of the warehouse's subscriptions.
    package let slots: [(subscription: Subscription, part: Part)]

    package static func == (left: ManualAssembly, right: ManualAssembly) -> Bool {
        left.slots.map(\.part) == right.slots.map(\.part)
    }

    /// - Parameter base: artifacts of freight that is copied; `given` has priority over them.
    package init(_ given: [Part], base: [Artifact] = [], of warehouse: Warehouse) throws(Failure) {
        let subscriptions = warehouse.subscriptions
        guard !subscriptions.isEmpty else { throw .nothing }
        for part in given where !subscriptions.contains(where: part.isOf) {
            throw .foreign(part.shown, warehouse: warehouse.key.name, subscriptions: subscriptions.map(\.id))
        }
        let copied = base.map(Self.part)
        var slots: [(Subscription, Part)] = []
        var missing: [String] = []
        for subscription in subscriptions {
            let own = given.filter { $0.isOf(subscription) }
            guard own.count < 2 else { throw .twice(subscription.id) }
            if let part = own.first ?? copied.first(where: { $0.isOf(subscription) }) {
                slots.append((subscription, part))
            } else {
                missing.append(subscription.id)
            }
        }
        guard missing.isEmpty else { throw .missing(missing) }
        self.slots = slots
    }

    private static func part(of artifact: Artifact) -> Part {
        switch artifact {
        case .image(let image): .image(repoURL: image.repoURL, tag: image.tag, digest: image.digest)
        case .commit(let commit): .commit(repoURL: commit.repoURL, id: commit.id)
        case .chart(let chart):
            .chart(
                repository: chart.name.isEmpty ? chart.repoURL : "\(chart.repoURL)/\(chart.name)",
                version: chart.version
            )
        }
    }

    /// Whether an artifact is copied, so that all its details are known.
    package func isCopied(_ slot: Int, from base: [Artifact]) -> Bool {
        base.contains { Self.part(of: $0) == slots[slot].part }
    }

    /// - Parameters:
    ///   - base: copied artifacts keep all their details.
    ///   - digests: digests of images that were written without one, by the index of the slot.
    ///   - commits: details of given commits from repositories, by the index of the slot.
    package func artifacts(
        base: [Artifact],
        digests: [Int: String],
        commits: [Int: CommitArtifact] = [:]
    ) -> [Artifact] {
        slots.enumerated().map { index, slot in
            if let same = base.first(where: { Self.part(of: $0) == slot.part }) { return same }
            if let commit = commits[index] { return .commit(commit) }
            switch (slot.part, slot.subscription) {
            // In the subscription's spelling: the freight's id and expressions use it.
            case (.image(_, let tag, let digest), .image(let image)):
                return .image(ImageArtifact(repoURL: image.repoURL, tag: tag, digest: digest ?? digests[index] ?? ""))
            case (.image(let repoURL, let tag, let digest), _):
                return .image(ImageArtifact(repoURL: repoURL, tag: tag, digest: digest ?? digests[index] ?? ""))
            case (.commit(_, let id), .git(let git)): return .commit(CommitArtifact(repoURL: git.repoURL, id: id))
            case (.commit(let repoURL, let id), _): return .commit(CommitArtifact(repoURL: repoURL, id: id))
            case (.chart(_, let version), .chart(let chart)):
                return .chart(ChartArtifact(repoURL: chart.repoURL, name: chart.name, version: version))
            case (.chart(let repository, let version), _):
                return .chart(ChartArtifact(repoURL: repository, name: "", version: version))
            }
        }
    }
}
