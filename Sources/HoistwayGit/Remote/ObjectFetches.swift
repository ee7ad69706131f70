import HoistwayModel
import HoistwayPorts

/// Lets promotions that want the same object at the same time wait for one request.
actor ObjectFetches {
    private typealias Run = Task<GitFailure?, Never>

    private var running: [ObjectID: Run] = [:]
    private var waiters: [Run: Int] = [:]

    /// Fetches by `fetch` what nobody is fetching already, and waits for all of it.
    ///
    /// A fetch for which nobody waits any more is cancelled.
    func need(
        _ ids: [ObjectID],
        _ fetch: @Sendable @escaping ([ObjectID]) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        let new = ids.filter { running[$0] == nil }
        var awaited: Set<Run> = Set(ids.compactMap { running[$0] })
        if !new.isEmpty {
            // Unstructured, since others may wait for it after this caller was cancelled.
            let run = Run {
                do throws(GitFailure) { try await fetch(new) } catch { return error }
                return nil
            }
            for id in new { running[id] = run }
            awaited.insert(run)
        }
        for run in awaited { waiters[run, default: 0] += 1 }
        let runs = awaited
        let failure = await withTaskCancellationHandler {
            var failure: GitFailure?
            for run in runs { failure = await run.value ?? failure }
            return failure
        } onCancel: {
            Task { await leave(runs) }
        }
        // They have ended: nobody has to be counted any more.
        for run in runs { waiters[run] = nil }
        running = running.filter { !runs.contains($0.value) }
        if let failure { throw failure }
    }

    /// How many wait for the object.
    func waiting(for id: ObjectID) -> Int { running[id].flatMap { waiters[$0] } ?? 0 }

    private func leave(_ runs: Set<Run>) {
        for run in runs {
            guard let left = waiters[run].map({ $0 - 1 }) else { continue }
            waiters[run] = left > 0 ? left : nil
            guard left == 0 else { continue }
            run.cancel()
            // Who asks now gets a fetch of its own.
            running = running.filter { $0.value != run }
        }
    }
}
