/// The place of one of our commit statuses: a later status at the same place replaces it.
package struct StatusPlace: Hashable, Sendable {
    package var repository: RepositoryIdentity
    package var commit: ObjectID
    /// Gives the status its name at the host.
    package var stage: StageKey

    package init(repository: RepositoryIdentity, commit: ObjectID, stage: StageKey) {
        self.repository = repository
        self.commit = commit
        self.stage = stage
    }
}

/// The status of a promotion on one commit.
package struct PromotionStatus: Sendable, Equatable {
    /// Most commits with a status of one promotion; newer pushes have priority over older ones.
    package static let maxCommits = 50
    /// Longest description, in Unicode scalars: GitHub's bound,
    /// <https://docs.github.com/en/rest/commits/statuses#create-a-commit-status>.
    package static let maxDescription = 140

    package var place: StatusPlace
    /// The repository's URL without user part.
    package var repoURL: String
    package var promotion: PromotionID
    package var status: CommitStatus

    package init(place: StatusPlace, repoURL: String, promotion: PromotionID, status: CommitStatus) {
        self.place = place
        self.repoURL = repoURL
        self.promotion = promotion
        self.status = status
    }

    /// The present statuses of a promotion: on the commits of its freight, and on those that it has pushed.
    ///
    /// - Parameters:
    ///   - freight: the promoted freight; `nil`: no longer recorded.
    ///   - link: a page about the promotion; `nil`: there is none.
    /// - Returns: empty for an observed promotion. Each commit of a repository occurs once.
    package static func all(of record: some OutlinedPromotion, freight: Freight?, link: String?) -> [PromotionStatus] {
        guard record.mode == .promote else { return [] }
        let sources = (freight?.commits ?? []).map { (url: URLText.withoutUser($0.repoURL), commit: $0.id) }
        let pushes = record.arrivals.filter(\.pushed).reversed().map { (url: $0.remote, commit: $0.commit) }
        let leftOpen = record.leftOpenPulls.first { !$0.url.isEmpty }
        let status = CommitStatus(
            state: state(of: record),
            context: "hoistway/\(record.stage.project)/\(record.stage.name)",
            description: cut(sentence(on: record, freight: freight)),
            targetURL: leftOpen?.url ?? link
        )
        var seen: Set<StatusPlace> = []
        var statuses: [PromotionStatus] = []
        for (url, commit) in sources + pushes where !commit.isZero && statuses.count < maxCommits {
            let place = StatusPlace(repository: RepositoryIdentity(url), commit: commit, stage: record.stage)
            guard seen.insert(place).inserted else { continue }
            statuses.append(PromotionStatus(place: place, repoURL: url, promotion: record.id, status: status))
        }
        return statuses
    }

    private static func state(of record: some OutlinedPromotion) -> CommitStatus.State {
        switch record.phase {
        case .pending, .running: .pending
        case .succeeded: .success
        case .failed, .aborted: .failure
        case .errored: .error
        }
    }

    /// Contains only names: messages of steps may contain texts that not everybody with access to the repository may
    /// see.
    private static func sentence(on record: some OutlinedPromotion, freight: Freight?) -> String {
        let name = ShownText.bare(freight.map(\.alias).flatMap { $0.isEmpty ? nil : $0 } ?? record.freight.short)
        let stage = ShownText.bare(record.stage.name)
        let open = record.leftOpenPulls.first.map { "; pull request #\($0.number) is still open" } ?? ""
        switch record.phase {
        case .pending: return "Freight \(name) waits to be promoted to \(stage)"
        case .running:
            guard let pull = record.awaitedPullRequest else { return "Freight \(name) is being promoted to \(stage)" }
            return "Freight \(name) is being promoted to \(stage): pull request #\(pull.number) is open"
        case .succeeded: return "Freight \(name) was promoted to \(stage)"
        case .failed: return "The promotion of freight \(name) to \(stage) failed\(open)"
        case .errored: return "The promotion of freight \(name) to \(stage) ended with an error\(open)"
        case .aborted:
            let gaveWay = record.gaveWayTo != nil
            return
                "The promotion of freight \(name) to \(stage) \(gaveWay ? "gave way to newer freight" : "was aborted")\(open)"
        }
    }

    /// Counts scalars, since one character can have any length.
    private static func cut(_ text: String) -> String {
        guard text.unicodeScalars.count > maxDescription else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxDescription - 1))) + "…"
    }
}
