/// When something that failed is tried again, also where the clock was set meanwhile.
package enum NextTry {
    /// Farther ahead than any pause that is ever given (5 min, spread by a quarter).
    ///
    /// A next try beyond it was written when the clock was ahead of what it is now: waiting for it would make a pause
    /// of seconds as long as the clock was wrong.
    package static let horizon: Duration = .seconds(400)

    /// The same of a promotion that waits for a pull request: the looks of many are far apart.
    package static let horizonOfPullRequests: Duration = .seconds(2 * 24 * 3600)

    /// `longest`: the longest pause that is ever given; what lies beyond it was written by another clock.
    package static func isDue(_ moment: Timestamp?, within longest: Duration = horizon, now: Timestamp) -> Bool {
        guard let moment else { return true }
        return moment <= now || moment - now > longest
    }

    /// For a sentence: `at 2026-11-21T10:41:00Z`, or that its time has come.
    package static func text(_ moment: Timestamp, now: Timestamp) -> String {
        moment <= now ? "due now" : "at \(moment.rfc3339)"
    }
}
