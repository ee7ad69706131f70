import HoistwayCommands
import HoistwayModel
import HoistwayPorts

/// Begins with the machine's time, and goes `pace` times as fast.
struct QuickClock: WallClock {
    private let pace: Double
    private let start = ProgramClock.current.now()
    private let started = ContinuousClock.now

    init(pace: Double) { self.pace = pace }

    func now() -> Timestamp { start + elapsed(since: started) }

    func elapsed(since start: ContinuousClock.Instant) -> Duration { (ContinuousClock.now - start) * pace }

    func sleep(for duration: Duration) async throws {
        // Below a millisecond nothing could be done in it.
        try await Task.sleep(for: max(duration / pace, .milliseconds(1)))
    }
}
