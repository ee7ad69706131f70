import HoistwayModel
import HoistwayPorts

/// Has promotions look again at once when an Application that they wait for has changed.
///
/// Polling is the back-up: what the watch does not tell is found by the next look.
struct ApplicationWakeService: Sendable {
    /// Where much may have changed at once, as after a start: so far apart, and not longer than `longest` altogether.
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

    /// Promotions whose next try is a look at this cluster, which did not answer them: now it does.
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
            // Their next look comes by the clock.
            core.report(error, "promotions that wait for Applications cannot be woken")
        }
    }

    /// Waits that a former run has left: they are looked at soon, and not all at once.
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
