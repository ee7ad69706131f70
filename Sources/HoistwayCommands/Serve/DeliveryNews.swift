import HoistwayModel
import HoistwayPorts

/// Reports new deliveries to the event stream.
///
/// Deliveries that come close together are reported together, so that a flood of them costs little here.
struct DeliveryNews {
    /// More of them are reported as one change of all deliveries.
    static let most = 100
    /// Between two looks.
    static let pause = Duration.milliseconds(200)

    let store: any StateStore
    let feed: ChangeFeed
    let clock: any WallClock

    /// Until the signals end, or at cancellation.
    func run(_ signals: AsyncStream<Void>) async {
        var last = (try? await store.newestDelivery()) ?? nil  // If it fails, old deliveries are reported once.
        for await _ in signals {
            do {
                // In a flood, nobody needs the rows beyond the limit.
                if let newest = try await store.newestDelivery(), newest.number - (last?.number ?? 0) > Self.most {
                    last = newest
                    feed.tell([ChangedObject(.delivery)])
                    try await clock.sleep(for: Self.pause)
                    continue
                }
                let news = try await store.arrived(after: last ?? DeliveryID(0), limit: Self.most + 1)
                last = news.first?.id ?? last
                feed.tell(
                    news.count > Self.most
                        ? [ChangedObject(.delivery)]
                        : news.reversed().map {
                            ChangedObject(.delivery, name: "\($0.id.number)", receiver: $0.receiver)
                        }
                )
                try await clock.sleep(for: Self.pause)
            } catch is CancellationError {
                return
            } catch {
                // The store failed, so nobody knows which deliveries are new: clients load the list again, and see the failure there.
                feed.tell([ChangedObject(.delivery)])
                try? await clock.sleep(for: .seconds(1))  // Cancelled: the signals end.
            }
        }
    }
}
