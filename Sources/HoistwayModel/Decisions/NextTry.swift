/// When a failed action is tried again, even if the clock was set meanwhile.
package enum NextTry {
    /// Longer than any pause that is used (5 min, spread by a quarter).
    ///
    /// A later next try was stored while the clock was ahead. Waiting for it would turn a pause of seconds into one as
    /// long as the clock was wrong.
    package static let horizon: Duration = .seconds(400)

    /// The same for a promotion that waits for a pull request: its looks are far apart.
    package static let horizonOfPullRequests: Duration = .seconds(2 * 24 * 3600)

    /// `longest`: the longest pause that is used; a later time was stored with a wrong clock.
    package static func isDue(_ moment: Timestamp?, within longest: Duration = horizon, now: Timestamp) -> Bool {
        guard let moment else { return true }
        return moment <= now || moment - now > longest
    }

    /// For a sentence: `at 2026-11-21T10:41:00Z`, or `due now`.
    package static func text(_ moment: Timestamp, now: Timestamp) -> String {
        moment <= now ? "due now" : "at \(moment.rfc3339)"
    }
}
