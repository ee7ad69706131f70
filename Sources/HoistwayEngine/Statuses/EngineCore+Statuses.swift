import HoistwayModel
import HoistwayPorts
import Logging

extension EngineCore {
    /// Promotions that ended within this time before the last end are reported again after a start: their statuses may
    /// not have been sent.
    private static let retold: Duration = .seconds(3600)

    /// Whether statuses of the stage's promotions are sent.
    func sendsStatuses(of stage: StageKey) -> Bool {
        ports.forges != nil && configuration.statuses(stage.project) && promotes(stage)
    }

    /// Records, after a transaction, whose statuses may have changed.
    func noteStatuses(_ changes: [Change]) {
        guard ports.forges != nil else { return }
        let configuration = configuration
        statuses.tell(
            changes.compactMap { change in
                guard case .putPromotion(let record) = change, configuration.statuses(record.stage.project) else {
                    return nil
                }
                return record.id
            }
        )
    }

    /// Queues the present statuses of changed promotions.
    func takeStatusNews() async {
        let news = statuses.takeNews()
        guard news?.isEmpty != true else { return }
        let state = await ledger.snapshot
        let records: [KnownPromotion]
        if let news {
            records = news.compactMap { state.promotions[$0] }
        } else {
            let lastEnd = state.promotions.values.compactMap(\.finishedAt).max()
            let from = lastEnd.map { $0 + (.zero - Self.retold) } ?? ports.clock.now()
            records = state.promotions.values.filter { $0.finishedAt.map { $0 >= from } ?? true }
        }
        let now = ports.clock.now()
        for record in records.sorted(by: { $0.id < $1.id }) where sendsStatuses(of: record.stage) {
            let freight = state.freight[FreightKey(project: record.stage.project, id: record.freight)]?.freight
            let link = promotionLink(record)
            for report in PromotionStatus.all(of: record, freight: freight, link: link) {
                guard !refusedStatuses.contains(report.place, now: now) else { continue }
                if let (dropped, isFirst) = statuses.note(report, now: now) { tellDropped(dropped, isFirst: isFirst) }
            }
        }
    }

    private func tellDropped(_ report: PromotionStatus, isFirst: Bool) {
        metrics.status(.dropped, project: report.place.stage.project, configuration: configuration)
        guard isFirst else { return }
        log.warning("commit statuses are dropped: too many wait for their hosts", metadata: .of(report.logFields))
    }
}

extension PromotionStatus {
    var logFields: [LogKey: String] {
        [
            .stage: place.stage.description, .promotionID: promotion.text, .commit: place.commit.hex, .remote: repoURL,
        ]
    }
}
