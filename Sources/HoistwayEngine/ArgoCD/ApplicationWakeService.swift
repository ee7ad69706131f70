import HoistwayModel
import HoistwayPorts

/// Wakes promotions at once when an Application that they wait for has changed.
///
/// Polling is the back-up: if the watch misses a change, the next look finds it.
struct ApplicationWakeService: Sendable {
    /// How looks are spread if much may have changed, as after a start: the pause between two of them, and the longest
    /// delay in all.
    private static let spread: (apart: Duration, longest: Duration) = (.milliseconds(50), .seconds(10))

    let core: EngineCore
    let changes: AsyncStream<ApplicationNews>

    func run() async {
        for await news in changes {
            var waiting = core.waits.take(news)
            if case .all(let cluster) = news {
                let failed = await turnedAway(by: cluster)
                waiting += failed.filter { !waiting.contains($0) }
            }
            guard !waiting.isEmpty else { continue }
            await wake(waiting, isSpread: news.isAboutAll)
        }
    }

    /// Promotions whose last look at this cluster failed, and whose next try is another look: now the cluster answers.
    private func turnedAway(by cluster: String) async -> [PromotionID] {
        await core.ledger.snapshot.openPromotions.filter { record in
            guard record.nextTry != nil, record.trouble != nil else { return false }
            return core.cluster(of: record.presentStep, in: record.stage.project) == cluster
        }.map(\.id)
    }

    private func wake(_ ids: [PromotionID], isSpread: Bool) async {
        let now = core.ports.clock.now()
        do {
            try await core.transact { transaction, _ in
                for (index, id) in ids.enumerated() {
                    guard var record = transaction.state.openPromotion(id),
                        record.awaitedApplications != nil || record.trouble != nil, let next = record.nextTry
                    else { continue }
                    let moment = isSpread ? now + Self.delay(index) : now
                    guard moment < next else { continue }
                    record.nextTry = moment <= now ? nil : moment
                    transaction.put(.putPromotion(record))
                }
            }
        } catch {
            // Their next try comes at its time.
            core.report(error, "promotions that wait for Applications cannot be woken")
        }
    }

    /// Reads the waits that a former run has left: their looks come soon, but spread over time.
    static func takeOver(_ core: EngineCore) async throws {
        let now = core.ports.clock.now()
        try await core.transact { transaction, core in
            var index = 0
            for var record in transaction.state.openPromotions {
                guard let addresses = record.awaitedApplications else { continue }
                core.waits.note(record.id, waitsFor: addresses)
                let moment = now + delay(index)
                index += 1
                guard record.nextTry.map({ $0 > moment || $0 < now }) ?? false else { continue }
                record.nextTry = moment
                transaction.put(.putPromotion(record))
            }
        }
    }

    private static func delay(_ index: Int) -> Duration { min(spread.apart * index, spread.longest) }
}

extension ApplicationNews {
    fileprivate var isAboutAll: Bool { if case .all = self { true } else { false } }
}
