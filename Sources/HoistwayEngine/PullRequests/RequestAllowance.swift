import HoistwayModel

/// How many requests may be sent to a host: a number per hour, and some at once that were saved up.
struct RequestAllowance: Sendable {
    private let perHour: Double
    private let burst: Double
    private var tokens: Double
    private var at: Timestamp

    /// - Parameters:
    ///   - burst: the most requests that are saved up.
    ///   - first: requests that may be sent at once at the start.
    init(perHour: Int, burst: Double, first: Double, now: Timestamp) {
        self.perHour = Double(perHour)
        self.burst = burst
        tokens = first
        at = now
    }

    /// Whether one more request may be sent now; the request is counted.
    mutating func take(_ now: Timestamp) -> Bool {
        // If the clock was set back, nothing is added and nothing is taken away.
        let elapsed = max((now - at) / .seconds(3600), 0)
        tokens = min(tokens + elapsed * perHour, burst)
        at = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// When the next request may be sent, if it may not be sent now.
    var next: Timestamp { at + .seconds(3600) * (max(1 - tokens, 0) / perHour) + .milliseconds(10) }
}
