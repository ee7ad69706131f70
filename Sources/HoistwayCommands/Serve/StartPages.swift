import Cmemory
import HoistwayPorts
import Logging
import ServiceLifecycle

/// After the start, returns the code and the memory that only a start needs to the kernel.
///
/// The kernel maps 64 KB around each place that is used, so that a start alone leaves 17 MB of the program's file
/// resident. What runs afterwards is mapped again as it is used: 8 MB less while saturated, for some hundred page
/// faults. Reading manifests leaves free blocks all over the heap, which the C library would keep: with 6,000 stages
/// 17 MB of whole pages go back to the kernel.
struct StartPages: Service {
    let clock: any WallClock
    let log: Logger

    /// By then manifests have been read and what waited has been taken up.
    private static let patience: Duration = .seconds(5)

    func run() async throws {
        // Cancelled: the program ends before.
        let isStarted = await cancelWhenGracefulShutdown { (try? await clock.sleep(for: Self.patience)) != nil }
        guard isStarted else { return }
        _ = malloc_trim(0)  // 0: nothing was free.
        if hoistway_release_code() != 0 { log.debug("the pages of the start could not be released") }
        try await gracefulShutdown()
    }
}

extension StartPages: CustomStringConvertible {
    var description: String { "start" }
}
