import Metrics
import Synchronization

/// The outcome of a request.
enum RequestOutcome: String, CaseIterable {
    case accepted, duplicate, unauthorized, unsupported, malformed, unavailable
    /// A HEAD request, which has no body.
    case probe
    case tooLarge = "too_large"
    case notFound = "not_found"
    case wrongMethod = "wrong_method"
    case overBudget = "over_budget"
    case limited = "rate_limited"
    case timedOut = "timed_out"
    case shuttingDown = "shutting_down"
    case tooSlow = "too_slow"
}

/// The metrics of one receiver.
///
/// The label's values come from the configuration and from `RequestOutcome`.
///
/// - `hoistway_receiver_requests_total{receiver, outcome}`: requests by outcome; `receiver` is `none` if no route was
///   found.
/// - `hoistway_receiver_answer_seconds{receiver}`: from the last byte of a request to its answer.
/// - `hoistway_receiver_refusals_total{receiver, reason}`: requests that were refused; reasons are words of the code.
struct RouteMetrics: Sendable {
    private let counters: [RequestOutcome: Counter]
    private let answer: Timer
    private let refusals = Refusals()
    private let receiver: String

    init(receiver: String) {
        let all = RequestOutcome.allCases.map { outcome in
            let counter = Counter(
                label: "hoistway_receiver_requests_total",
                dimensions: [("receiver", receiver), ("outcome", outcome.rawValue)]
            )
            return (outcome, counter)
        }
        counters = Dictionary(uniqueKeysWithValues: all)
        self.receiver = receiver
        answer = Timer(label: "hoistway_receiver_answer_seconds", dimensions: [("receiver", receiver)])
    }

    func count(_ outcome: RequestOutcome) {
        counters[outcome]?.increment()
    }

    func answered(afterNanoseconds nanoseconds: Int64) {
        answer.recordNanoseconds(nanoseconds)
    }

    func refused(_ reason: String) {
        refusals.count(receiver: receiver, reason: reason)
    }

    /// Removes the series.
    func end() {
        for counter in counters.values { counter.destroy() }
        answer.destroy()
        refusals.end()
    }
}

/// The time since a receiver's last event.
///
/// - `hoistway_event_gap_seconds{receiver}`: since the last authentic delivery, or since the start if there was no such
///   delivery.
struct SilenceMetrics: Sendable {
    private let gap: Gauge

    init(receiver: String) {
        gap = Gauge(label: "hoistway_event_gap_seconds", dimensions: [("receiver", receiver)])
    }

    func record(nanoseconds: Int64) {
        gap.record(Double(nanoseconds) / 1e9)
    }

    func end() {
        gap.destroy()
    }
}

/// A counter for each reason that has occurred.
private final class Refusals: Sendable {
    private let counters = Mutex<[String: Counter]>([:])

    func count(receiver: String, reason: String) {
        counters.withLock { counters in
            if let known = counters[reason] { return known.increment() }
            let counter = Counter(
                label: "hoistway_receiver_refusals_total",
                dimensions: [("receiver", receiver), ("reason", reason)]
            )
            counters[reason] = counter
            counter.increment()
        }
    }

    func end() {
        counters.withLock { counters in
            for counter in counters.values { counter.destroy() }
            counters = [:]
        }
    }
}

/// The metrics of the whole listener.
///
/// - `hoistway_receiver_connections`: open ones.
/// - `hoistway_receiver_body_bytes`: bytes of bodies in memory.
struct ListenerMetrics: Sendable {
    let withoutRoute = RouteMetrics(receiver: RefusalBook.withoutReceiver)
    private let connections = Gauge(label: "hoistway_receiver_connections")
    private let bodyBytes = Gauge(label: "hoistway_receiver_body_bytes")

    func record(connections count: Int, bodyBytes bytes: Int) {
        connections.record(count)
        bodyBytes.record(bytes)
    }
}
