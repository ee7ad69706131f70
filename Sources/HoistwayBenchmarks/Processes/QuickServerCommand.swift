import ArgumentParser
import Foundation
import HoistwayCommands
import HoistwayModel
import HoistwayPorts

/// `hoistway serve` as it is, by a clock that goes faster.
struct QuickServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "quick-server", shouldDisplay: false)

    @Option var config: String
    @Option(help: "Seconds of its clock in a second.")
    var pace: Double

    func run() async throws {
        let status = await ProgramClock.$current.withValue(QuickClock(pace: pace)) {
            await Program.run(["serve", "--config", config])
        }
        throw ExitCode(status)
    }
}

/// Begins with the machine's time, and goes `pace` times as fast.
struct QuickClock: WallClock {
    private let pace: Double
    private let start = BenchClock().now()
    private let started = ContinuousClock.now

    init(pace: Double) { self.pace = pace }

    func now() -> Timestamp { start + elapsed(since: started) }

    func elapsed(since start: ContinuousClock.Instant) -> Duration { (ContinuousClock.now - start) * pace }

    func sleep(for duration: Duration) async throws {
        // Below a millisecond nothing could be done in it.
        try await Task.sleep(for: max(duration / pace, .milliseconds(1)))
    }
}
