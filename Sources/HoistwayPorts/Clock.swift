package import HoistwayModel

/// Tells the time; tests hold it still and move it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    /// Returns early only when the task is cancelled, by throwing.
    func sleep(for duration: Duration) async throws
}
