import Glibc
package import HoistwayPorts
import HoistwaySQLite
import Synchronization

/// Whether the state can be written now.
extension SQLiteStore {
    /// How often the state's files are looked at while nothing is written.
    package static let watchInterval: Duration = .seconds(10)
    /// How long what was found holds: whoever asks a thousand times a second must not write a thousand times.
    private static let probeAge: Duration = .seconds(2)
    /// Below it the disk counts as full: a commit of some large bodies would not fit.
    private static let leastFreeBytes: UInt64 = 1 << 20

    /// Looks at the files until the task is cancelled, so that their loss is told also while nothing comes in.
    package func watchFiles(clock: any WallClock) async {
        while !Task.isCancelled {
            // The log has what is found, and each commit looks for itself.
            try? files?.check()
            // Cancelled: the loop ends at its head.
            try? await clock.sleep(for: Self.watchInterval)
        }
    }

    /// Why nothing can be stored now; `nil` where it can.
    ///
    /// Tried by a write of a few bytes, at most once in two seconds; the files are looked at each time.
    package func obstacle() async -> StoreFailure? {
        do throws(StoreFailure) {
            try files?.check()
        } catch {
            return error
        }
        let now = ContinuousClock.now
        let known = lastProbe.withLock { last in last.flatMap { now - $0.at < Self.probeAge ? $0 : nil } }
        if let known { return known.failure }
        let failure = await probe()
        lastProbe.withLock { $0 = Probe(at: now, failure: failure) }
        return failure
    }

    private func probe() async -> StoreFailure? {
        // The log's file is written over from its start now and then: a few bytes fit into it on a full disk too.
        var space = statvfs()
        if statvfs(path, &space) == 0 {
            let blocks = geteuid() == 0 ? space.f_bfree : space.f_bavail
            if UInt64(blocks) * UInt64(space.f_frsize) < Self.leastFreeBytes { return .full(path: path) }
        }
        do throws(StoreFailure) {
            try await write("trying to write") { try $0.run("UPDATE seen_through SET id = id") }
            return nil
        } catch {
            return error
        }
    }
}

/// What a try to write came to.
struct Probe: Sendable {
    var at: ContinuousClock.Instant
    var failure: StoreFailure?
}
