/// Finds an artifact in the freight of a promotion, like Kargo's steps.
///
/// Kargo searches all freight that the stage has after success, not only the promoted freight. If several subscriptions
/// watch one repository, the warehouse must be named:
/// <https://docs.kargo.io/user-guide/reference-docs/expressions#commitfromrepourl-freightorigin>.
package struct FreightLookup: Sendable {
    package enum Answer<Value: Sendable & Equatable>: Sendable, Equatable {
        case absent
        case found(Value)
        /// More than one matches; the names of the warehouses with a match, sorted.
        case ambiguous(warehouses: [String])
    }

    private let collection: [Freight]
    /// Those of every warehouse whose freight the stage requests.
    private let subscriptions: [Subscription]

    package init(collection: [Freight], subscriptions: [Subscription]) {
        self.collection = collection
        self.subscriptions = subscriptions
    }

    /// - Parameter warehouse: `nil`: any, as long as only one subscription watches the repository.
    package func commit(of repoURL: String, from warehouse: String? = nil) -> Answer<CommitArtifact> {
        let watching = subscriptions.count { subscription in
            if case .git(let git) = subscription { Self.isSame(git.repoURL, repoURL) } else { false }
        }
        let found = collection.flatMap { freight in
            freight.commits.filter { Self.isSame($0.repoURL, repoURL) }.map { (freight.origin.name, $0) }
        }
        return answer(found, of: warehouse, watching: watching) { $0.id == $1.id }
    }

    /// Every commit of the repository in the freight, each id once.
    package func commits(of repoURL: String) -> [(warehouse: String, commit: CommitArtifact)] {
        var seen: Set<ObjectID> = []
        return collection.flatMap { freight in
            freight.commits.filter { Self.isSame($0.repoURL, repoURL) && seen.insert($0.id).inserted }
                .map { (freight.origin.name, $0) }
        }
    }

    package func image(_ name: String, from warehouse: String? = nil) -> Answer<ImageArtifact> {
        let watching = subscriptions.count { subscription in
            if case .image(let image) = subscription { Self.isSameImage(image.repoURL, name) } else { false }
        }
        let found = collection.flatMap { freight in
            freight.images.filter { Self.isSameImage($0.repoURL, name) }.map { (freight.origin.name, $0) }
        }
        return answer(found, of: warehouse, watching: watching) { $0.tag == $1.tag && $0.digest == $1.digest }
    }

    /// - Parameter name: empty for a chart that is a repository itself, as in OCI.
    package func chart(of repoURL: String, named name: String, from warehouse: String? = nil) -> Answer<ChartArtifact> {
        func isIt(_ url: String, _ chart: String) -> Bool {
            KargoURL.chart(url) == KargoURL.chart(repoURL) && chart == name
        }
        let found = collection.flatMap { freight in
            freight.charts.filter { isIt($0.repoURL, $0.name) }.map { (freight.origin.name, $0) }
        }
        // For a chart, the freight's own charts show which subscriptions match.
        return answer(found, of: warehouse, watching: Set(found.map(\.0)).count) { $0.version == $1.version }
    }

    private func answer<Value: Sendable & Equatable>(
        _ all: [(warehouse: String, value: Value)],
        of warehouse: String?,
        watching: Int,
        _ isSame: (Value, Value) -> Bool
    ) -> Answer<Value> {
        let found = all.filter { warehouse == nil || $0.warehouse == warehouse }
        guard let first = found.first else { return .absent }
        let isOne = found.allSatisfy { isSame($0.value, first.value) }
        guard isOne, warehouse != nil || watching <= 1 else {
            return .ambiguous(warehouses: Set(found.map(\.warehouse)).sorted())
        }
        return .found(first.value)
    }

    /// Whether two URLs mean the same Git repository, in any spelling.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard let key = RepositoryKey(url: one) else { return false }
        return RepositoryKey(url: other) == key
    }

    package static func isSameImage(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard let key = ImageKey(one) else { return false }
        return ImageKey(other) == key
    }
}
