import Glibc
package import HoistwayPorts
import HoistwaySQLite
import Synchronization

/// Whether the state can be written now.
extension SQLiteStore {
    /// How often the state's files are checked while nothing is written.
    package static let watchInterval: Duration = .seconds(10)
    /// How long a result is used: a thousand requests in a second must not cause a thousand writes.
    private static let probeAge: Duration = .seconds(2)
    /// With less free space the disk counts as full: a commit of some large bodies would not fit.
    private static let leastFreeBytes: UInt64 = 1 << 20

    /// Checks the files until the task is cancelled, so that their loss is also reported while nothing is written.
    package func watchFiles(clock: any WallClock) async {
        while !Task.isCancelled {
            // The check logs its result, and each commit checks again.
            try? files?.check()
            // If cancelled, the loop ends at its condition.
            try? await clock.sleep(for: Self.watchInterval)
        }
    }

    /// Why nothing can be stored now; `nil` if the store can write.
    ///
    /// It writes a few bytes, at most once in two seconds; the files are checked at each call.
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
        // The log's file is overwritten from its start at intervals, so a few bytes fit into it even on a full disk.
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

/// The result of a trial write.
struct Probe: Sendable {
    var at: ContinuousClock.Instant
    var failure: StoreFailure?
}
