import Glibc
import HoistwayModel
package import HoistwayPorts

/// The clock of `serve`.
package enum ProgramClock {
    /// A benchmark gives the whole program a faster one.
    @TaskLocal package static var current: any WallClock = SystemClock()
}

/// The machine's own clock.
struct SystemClock: WallClock {
    func now() -> Timestamp {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return Timestamp(microseconds: Int64(moment.tv_sec) * 1_000_000 + Int64(moment.tv_nsec) / 1000)
    }

    func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
