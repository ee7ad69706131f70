import HoistwayModel

/// How long to wait after the n-th failure of another system.
enum Backoff {
    static let first: Duration = .seconds(2)
    static let longest: Duration = .seconds(300)

    /// 2 s, 4 s, 8 s … 5 min, spread by up to a quarter so that many do not try again at once.
    ///
    /// `attempt` counts from 1. A pause that a server names is used, but not below a least pause, which grows:
    /// otherwise a server that always answers "now" would be asked without end.
    static func pause(attempt: Int, retry: Retry, random: () -> UInt64) -> Duration {
        if case .notSent(let pause) = retry { return min(pause, longest) }
        if case .after(let named) = retry {
            let least = Duration.milliseconds(250) * (1 << min(max(attempt - 1, 0), 10))
            return min(max(named, least), longest)
        }
        let doubled = first * (1 << min(max(attempt - 1, 0), 10))
        let pause = min(doubled, longest)
        let spread = Double(random() % 1000) / 4000
        return pause + pause * spread
    }
}
