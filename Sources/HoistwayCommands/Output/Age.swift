import HoistwayModel

extension Timestamp {
    /// How long ago, in its greatest unit: `42s`, `2m`, `3h`, `5d`; `0s` for what is to come.
    func age(at now: Timestamp) -> String { Self.span(max(0, now.seconds - seconds)) }

    /// In how much time, as ``age(at:)``; `now` for what is due.
    func wait(at now: Timestamp) -> String { self <= now ? "now" : Self.span(max(1, seconds - now.seconds)) }

    /// One unit is exact enough for people.
    static func span(_ seconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m")]
        guard let unit = units.first(where: { seconds >= $0.0 }) else { return "\(seconds)s" }
        return "\(seconds / unit.0)\(unit.1)"
    }

    /// To the second, in UTC, and how long ago that is: `2026-11-21T10:41:00Z (3m ago)`.
    var shown: String { shown(at: SystemClock().now()) }

    /// As ``shown``; for what is to come, and may be due already.
    var shownAhead: String { shownAhead(at: SystemClock().now()) }

    func shownAhead(at now: Timestamp) -> String { self <= now ? "due now" : shown(at: now) }

    func shown(at now: Timestamp) -> String {
        let distance = now.seconds - seconds
        let age = distance == 0 ? "now" : distance > 0 ? "\(Self.span(distance)) ago" : "in \(Self.span(-distance))"
        return "\(Timestamp(seconds: seconds).rfc3339) (\(age))"
    }
}
