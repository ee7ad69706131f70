import HoistwayPorts

/// How fast deliveries come in, and how fast they are decided.
///
/// In a rush they come in faster. Taking them in goes first then: a sender waits a second, a decision can wait until
/// the rush is over.
struct IntakePace {
    /// In a rush receiving is left this many times what the last batch took.
    static let courtesy = 7
    static let limits: (least: Duration, most: Duration) = (.milliseconds(25), .milliseconds(250))
    /// Where many wait anyhow: they are decided together, the newest first.
    static let mostInRush = Duration.milliseconds(500)

    private var last: (newest: DeliveryID, begun: ContinuousClock.Instant)?

    /// How long receiving is left the processor before the next batch; `nil` where deciding keeps up, or as yet unknown.
    ///
    /// - Parameters:
    ///   - decided: how many deliveries the batch had.
    ///   - isRush: whether many wait.
    ///   - newest: the last one that had come in when the batch began.
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
        return min(max(took * Self.courtesy, Self.limits.least), isRush ? Self.mostInRush : Self.limits.most)
    }
}
