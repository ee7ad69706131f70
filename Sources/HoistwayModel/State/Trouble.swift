/// Failures of the outside that a promotion has met since it last got on.
package struct Trouble: Sendable, Equatable, Codable {
    /// Pauses after the first, second … refusal: five tries in fifteen minutes, then the promotion fails.
    ///
    /// A wrong password is not tried more often than once a minute, since hosts lock accounts.
    package static let pausesAfterRefusals: [Duration] = [.seconds(60), .seconds(180), .seconds(300), .seconds(360)]
    /// How long people are not told that a promotion tries again and again.
    package static let patience: Duration = .seconds(900)

    package var since: Timestamp
    /// How often the outside said no.
    package var refusals: Int
    /// Whether it has lasted longer than ``patience``, which people were told.
    package var isLong: Bool

    package init(since: Timestamp, refusals: Int = 0, isLong: Bool = false) {
        self.since = since
        self.refusals = refusals
        self.isLong = isLong
    }

    /// Counts a refusal; `nil` where it was the last that is waited for.
    package mutating func pauseAfterRefusal() -> Duration? {
        refusals += 1
        let pauses = Self.pausesAfterRefusals
        return refusals <= pauses.count ? pauses[refusals - 1] : nil
    }

    /// Notes that it goes on at `now`.
    package mutating func last(until now: Timestamp) {
        if now - since >= Self.patience { isLong = true }
    }
}
