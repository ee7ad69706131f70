package import HoistwayModel

/// Gives the time; tests stop this clock and move it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    /// Returns early only when the task is cancelled, by throwing.
    func sleep(for duration: Duration) async throws
    /// The time since `start`, by a clock that nobody can set and that runs as fast as this one.
    func elapsed(since start: ContinuousClock.Instant) -> Duration
}

extension WallClock {
    package func elapsed(since start: ContinuousClock.Instant) -> Duration { ContinuousClock.now - start }
}
