/// When the next look at a warehouse is.
package enum NextLook {
    /// A shorter interval is raised to this: registries limit the rate of requests.
    package static let shortestInterval: Duration = .seconds(30)
    /// The longest pause that a registry or a remote can ask for.
    package static let longestPause: Duration = .seconds(RetryAfter.longest)

    /// How much earlier than its interval a look may be, so that looks that began together spread out.
    static let spread = 0.1

    package static func interval(of warehouse: Warehouse) -> Duration { max(warehouse.interval, shortestInterval) }

    /// The pause after a look with these failures; without failures, the interval.
    ///
    /// After temporary failures the next look comes earlier, with growing pauses that never exceed the interval. If
    /// systems request pauses, the longest requested pause applies. A request that was not sent is sent as soon as that
    /// is allowed.
    ///
    /// - Parameter backoff: the pause after this number of failed looks in a row.
    package static func pause(after failures: [Retry], backoff: Duration, interval: Duration) -> Duration {
        let named = failures.compactMap { if case .after(let pause) = $0 { pause } else { nil } }.max()
        if let named { return min(max(named, backoff), longestPause) }
        let notSent = failures.compactMap { if case .notSent(let pause) = $0 { pause } else { nil } }.min()
        let mayPass = failures.contains(.backoff) || failures.contains(.limitedBackoff)
        return min(mayPass ? min(backoff, interval) : interval, notSent ?? interval)
    }

    /// The interval, or up to a tenth less, but not less than the shortest one.
    ///
    /// - Parameter random: any number.
    package static func spread(_ interval: Duration, random: UInt64) -> Duration {
        max(interval - interval * (spread * Double(random % 1000) / 1000), min(interval, shortestInterval))
    }
}
