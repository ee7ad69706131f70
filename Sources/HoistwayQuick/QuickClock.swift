import HoistwayCommands
import HoistwayModel
import HoistwayPorts

/// Starts with the machine's time, and runs `pace` times as fast.
struct QuickClock: WallClock {
    private let pace: Double
    private let start = ProgramClock.current.now()
    private let started = ContinuousClock.now

    init(pace: Double) { self.pace = pace }

    func now() -> Timestamp { start + elapsed(since: started) }

    func elapsed(since start: ContinuousClock.Instant) -> Duration { (ContinuousClock.now - start) * pace }

    func sleep(for duration: Duration) async throws {
        // Shorter sleeps than a millisecond would leave no time for work.
        try await Task.sleep(for: max(duration / pace, .milliseconds(1)))
    }
}
