package import HoistwayModel

/// Tells the time; tests hold it still and move it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    /// Returns early only when the task is cancelled, by throwing.
    func sleep(for duration: Duration) async throws
    /// Since `start`, by a clock that nobody sets and that goes as fast as this one.
    func elapsed(since start: ContinuousClock.Instant) -> Duration
}

extension WallClock {
    package func elapsed(since start: ContinuousClock.Instant) -> Duration { ContinuousClock.now - start }
}
