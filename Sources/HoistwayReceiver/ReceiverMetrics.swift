import Metrics

/// What became of a request.
enum RequestOutcome: String, CaseIterable {
    case accepted, duplicate, unauthorized, unsupported, malformed, unavailable
    case tooLarge = "too_large"
    case notFound = "not_found"
    case wrongMethod = "wrong_method"
    case overBudget = "over_budget"
    case limited = "rate_limited"
    case timedOut = "timed_out"
    case shuttingDown = "shutting_down"
    case tooSlow = "too_slow"
}

/// What is counted for one receiver.
///
/// The label's values come from the configuration and from `RequestOutcome`.
///
/// - `hoistway_receiver_requests_total{receiver, outcome}`: requests by what became of them; `receiver` is `none`
///   where no route was found.
/// - `hoistway_receiver_answer_seconds{receiver}`: from the last byte of a request to its answer.
struct RouteMetrics: Sendable {
    private let counters: [Counter]
    private let answer: Timer

    init(receiver: String) {
        counters = RequestOutcome.allCases.map { outcome in
            Counter(
                label: "hoistway_receiver_requests_total",
                dimensions: [("receiver", receiver), ("outcome", outcome.rawValue)]
            )
        }
        answer = Timer(label: "hoistway_receiver_answer_seconds", dimensions: [("receiver", receiver)])
    }

    func count(_ outcome: RequestOutcome) {
        guard let index = RequestOutcome.allCases.firstIndex(of: outcome) else { return }
        counters[index].increment()
    }

    func answered(afterNanoseconds nanoseconds: Int64) {
        answer.recordNanoseconds(nanoseconds)
    }
}

/// What is counted for the listener as a whole.
///
/// - `hoistway_receiver_connections`: open ones.
/// - `hoistway_receiver_body_bytes`: bytes of bodies in flight.
struct ListenerMetrics: Sendable {
    let withoutRoute = RouteMetrics(receiver: "none")
    private let connections = Gauge(label: "hoistway_receiver_connections")
    private let bodyBytes = Gauge(label: "hoistway_receiver_body_bytes")

    func record(connections count: Int, bodyBytes bytes: Int) {
        connections.record(count)
        bodyBytes.record(bytes)
    }
}
