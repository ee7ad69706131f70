/// A refresh that Argo CD still needs because a ref moved; it is kept until every affected cluster has received it.
///
/// It is stored with the decision on the delivery, or with the outcome of the push, that caused it. Its effect on
/// Applications is decided when it is sent, for the Applications of that moment. Sending it twice does no harm.
package struct RefreshRecord: Sendable, Equatable, Codable {
    package var news: SourceNews
    /// What caused it, for people; only the newest causes.
    package var causes: [String]
    /// The projects whose Applications may be refreshed; `nil`: all projects.
    package var projects: [String]?
    /// Clusters that have not received it yet.
    package var clusters: [String]
    /// When the first news for it arrived.
    package var since: Timestamp
    /// When the newest news for it arrived, where several were joined.
    package var joinedAt: Timestamp?
    /// The number of joined news: news that arrive during the sending must be sent again.
    package var count: Int

    /// The most causes that are kept.
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

    /// One for each ref, so that pushes to the same ref are joined.
    package var id: String { news.id }

    /// When the newest news for it arrived: its age counts from then.
    package var newest: Timestamp { joinedAt ?? since }

    /// Whether it is the same record and no news was joined since; its clusters may have changed.
    package func isSame(as other: RefreshRecord) -> Bool {
        id == other.id && count == other.count && since == other.since
    }

    /// One record for both requests.
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
    /// The same for all news of a ref.
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
    /// Most stored refreshes: a cluster that is unreachable for days must not fill the state.
    package static let maxRefreshes = 1000

    /// Adds a refresh to the waiting ones; if there are too many, the oldest one is removed.
    package func noting(_ record: RefreshRecord) -> [Change] {
        if let known = refreshes[record.id] { return [.putRefresh(known.joined(with: record))] }
        guard refreshes.count >= Self.maxRefreshes,
            let oldest = refreshes.values.min(by: { ($0.newest, $0.id) < ($1.newest, $1.id) })
        else { return [.putRefresh(record)] }
        return [.removeRefresh(oldest.id), .putRefresh(record)]
    }

    /// The changes after a cluster has received a whole record; none if news was joined since then.
    package func telling(_ cluster: String, of record: RefreshRecord) -> [Change] {
        guard var known = refreshes[record.id], known.isSame(as: record) else { return [] }
        known.clusters.removeAll { $0 == cluster }
        return known.clusters.isEmpty ? [.removeRefresh(known.id)] : [.putRefresh(known)]
    }
}
