import HoistwayPorts

/// How fast deliveries come in, and how fast they are decided.
///
/// In a rush they come in faster than they are decided. Receiving then has priority: a sender waits only a second, but
/// a decision can wait until the rush is over.
struct IntakePace {
    /// The pause for receiving is this many times as long as the last batch took.
    static let pauseFactor = 7
    /// The same where many wait.
    static let pauseFactorInRush = 15
    static let limits: (least: Duration, most: Duration) = (.milliseconds(25), .milliseconds(250))
    /// The longest pause if many wait anyway: they are decided together, the newest first.
    static let mostInRush = Duration.milliseconds(500)

    private var last: (newest: DeliveryID, begun: ContinuousClock.Instant)?

    /// How long the processor is left to receiving before the next batch; `nil` if deciding is fast enough, or not
    /// measured yet.
    ///
    /// - Parameters:
    ///   - decided: how many deliveries the batch had.
    ///   - isRush: whether many are waiting.
    ///   - newest: the last one in the inbox when the batch began.
    mutating func pause(
        afterDeciding decided: Int,
        isRush: Bool = false,
        newest: DeliveryID?,
        from begun: ContinuousClock.Instant,
        to ended: ContinuousClock.Instant
    ) -> Duration? {
        guard let newest else { return nil }
        defer { last = (newest, begun) }
        guard let last else { return nil }
        let arrived = Int(newest.number - last.newest.number)
        let took = ended - begun
        // Two rates, compared without dividing.
        guard took * arrived > (begun - last.begun) * decided else { return nil }
        let pause = took * (isRush ? Self.pauseFactorInRush : Self.pauseFactor)
        return min(max(pause, Self.limits.least), isRush ? Self.mostInRush : Self.limits.most)
    }
}
