/// That Argo CD has to be told of something that moved: kept until every cluster that may be concerned has been.
///
/// Stored with the decision on the delivery, or with the outcome of the push, that it follows from. What it means for
/// Applications is decided when it is acted upon, on the Applications that there are then; done twice, it does no harm.
package struct RefreshRecord: Sendable, Equatable, Codable {
    package var news: SourceNews
    /// Who has told it, for people; the newest ones.
    package var causes: [String]
    /// Whose Applications may be refreshed for it; `nil`: everybody's.
    package var projects: [String]?
    /// Those that have not been told yet.
    package var clusters: [String]
    /// When the first of it was told.
    package var since: Timestamp
    /// When the newest of it was told, where more was joined into it.
    package var joinedAt: Timestamp?
    /// How often it was told: what is joined into it while it is acted upon must be acted upon again.
    package var count: Int

    /// Most causes that are kept.
    package static let maxCauses = 5

    package init(
        news: SourceNews,
        cause: String,
        projects: [String]? = nil,
        clusters: [String],
        since: Timestamp
    ) {
        self.news = news
        causes = [cause]
        self.projects = projects
        self.clusters = clusters
        self.since = since
        count = 1
    }

    /// One for each ref, so that the pushes to one become one.
    package var id: String { news.id }

    /// When the newest of it was told: its age counts from there.
    package var newest: Timestamp { joinedAt ?? since }

    /// Whether nothing was told in between, and it is not another one for the same ref; clusters may have been told.
    package func isSame(as other: RefreshRecord) -> Bool {
        id == other.id && count == other.count && since == other.since
    }

    /// What both ask for.
    package func joined(with later: RefreshRecord) -> RefreshRecord {
        var joined = self
        joined.news = news.joined(with: later.news)
        joined.causes = (causes.filter { !later.causes.contains($0) } + later.causes).suffix(Self.maxCauses)
        joined.projects = projects.flatMap { mine in later.projects.map { Set(mine).union($0).sorted() } }
        joined.clusters = Set(clusters).union(later.clusters).sorted()
        joined.joinedAt = max(newest, later.newest)
        joined.count += later.count
        return joined
    }
}

extension SourceNews {
    /// Of the ref: the same for all news of it.
    fileprivate var id: String {
        let place = repositories.first ?? ""
        return switch what {
        case .branch(let name, _): "branch \(name) \(place)"
        case .tag(let name): "tag \(name) \(place)"
        case .artifact(let tag): "artifact \(tag) \(place)"
        }
    }
}

extension PipelineState {
    /// Most records of refreshes: a cluster that is away for days must not fill the state.
    package static let maxRefreshes = 1000

    /// Notes it beside those that wait; where there are too many, the oldest one goes.
    package func noting(_ record: RefreshRecord) -> [Change] {
        if let known = refreshes[record.id] { return [.putRefresh(known.joined(with: record))] }
        guard refreshes.count >= Self.maxRefreshes,
            let oldest = refreshes.values.min(by: { ($0.newest, $0.id) < ($1.newest, $1.id) })
        else { return [.putRefresh(record)] }
        return [.removeRefresh(oldest.id), .putRefresh(record)]
    }

    /// What is left after a cluster was told all of a record, as it was then; none where it has grown meanwhile.
    package func telling(_ cluster: String, of record: RefreshRecord) -> [Change] {
        guard var known = refreshes[record.id], known.isSame(as: record) else { return [] }
        known.clusters.removeAll { $0 == cluster }
        return known.clusters.isEmpty ? [.removeRefresh(known.id)] : [.putRefresh(known)]
    }
}
