/// Failures of other systems since a promotion's last progress.
package struct Trouble: Sendable, Equatable, Codable {
    /// Pauses after the first, second … refusal: five tries in fifteen minutes, then the promotion fails.
    ///
    /// A wrong password is tried at most once a minute, since hosts lock accounts.
    package static let pausesAfterRefusals: [Duration] = [.seconds(60), .seconds(180), .seconds(300), .seconds(360)]
    /// How long a promotion is tried again before people get a notification.
    package static let patience: Duration = .seconds(900)

    package var since: Timestamp
    /// How often other systems have refused.
    package var refusals: Int
    /// Whether it has lasted longer than ``patience``, so that people got a notification.
    package var isLong: Bool

    package init(since: Timestamp, refusals: Int = 0, isLong: Bool = false) {
        self.since = since
        self.refusals = refusals
        self.isLong = isLong
    }

    /// Counts a refusal; `nil` where there are no more tries.
    package mutating func pauseAfterRefusal() -> Duration? {
        refusals += 1
        let pauses = Self.pausesAfterRefusals
        return refusals <= pauses.count ? pauses[refusals - 1] : nil
    }

    /// Records that it continues at `now`.
    package mutating func last(until now: Timestamp) {
        if now - since >= Self.patience { isLong = true }
    }
}
