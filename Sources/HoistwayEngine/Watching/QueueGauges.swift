import HoistwayModel
import HoistwayPorts
import Metrics

/// Sizes and ages of the queues.
///
/// - `hoistway_queue_oldest_age_seconds`: since the oldest undecided delivery was received; 0 if there is none.
/// - `hoistway_queue_deliveries{state}`: received (not decoded yet) and waiting (for an answer of a server).
/// - `hoistway_queue_promotions{state}`: open ones: pending, running, retrying (waiting for a next try).
/// - `hoistway_queue_oldest_promotion_seconds`: since the oldest open promotion was created; 0 if there is none.
/// - `hoistway_queue_notices`: notifications that are not sent yet.
struct QueueGauges: Sendable {
    private let oldest = Gauge(label: "hoistway_queue_oldest_age_seconds")
    private let received = Gauge(label: "hoistway_queue_deliveries", dimensions: [("state", "received")])
    private let waiting = Gauge(label: "hoistway_queue_deliveries", dimensions: [("state", "waiting")])
    private let pending = Gauge(label: "hoistway_queue_promotions", dimensions: [("state", "pending")])
    private let running = Gauge(label: "hoistway_queue_promotions", dimensions: [("state", "running")])
    private let retrying = Gauge(label: "hoistway_queue_promotions", dimensions: [("state", "retrying")])
    private let oldestPromotion = Gauge(label: "hoistway_queue_oldest_promotion_seconds")
    private let notices = Gauge(label: "hoistway_queue_notices")

    func record(_ queue: DeliveryQueue, now: Timestamp) {
        received.record(queue.received)
        waiting.record(queue.waiting)
        oldest.record(Self.seconds(since: queue.oldest, now: now))
    }

    func record(_ state: PipelineState, now: Timestamp) {
        let open = Array(state.openPromotions)
        retrying.record(open.count { $0.nextTry != nil })
        pending.record(open.count { $0.nextTry == nil && $0.phase == .pending })
        running.record(open.count { $0.nextTry == nil && $0.phase == .running })
        oldestPromotion.record(Self.seconds(since: open.map(\.createdAt).min(), now: now))
        notices.record(state.notices.count)
    }

    /// If the clock was set back, a later time counts as now.
    private static func seconds(since moment: Timestamp?, now: Timestamp) -> Double {
        guard let moment, moment < now else { return 0 }
        return Double(now.microseconds - moment.microseconds) / 1e6
    }
}

extension Engine {
    /// Updates the gauges; call it before they are read.
    ///
    /// Throws if the state cannot be read; the gauges then keep their last values.
    package func sample() async throws {
        let now = core.ports.clock.now()
        let state = await core.ledger.snapshot
        core.gauges.record(state, now: now)
        core.metrics.paused(core.pauses(on: state))
        core.metrics.modes(core.modes)
        let stages = core.configuration.pipelines.stagesInOrder.map(\.key)
        core.metrics.lost(stages.filter { state.stages[$0]?.lost != nil })
        core.metrics.health(StageHealth.all(of: stages, in: state))
        core.metrics.failing(core.looks.failing)
        core.gauges.record(try await core.ports.store.queue(), now: now)
    }
}
