import HoistwayModel
import HoistwayPorts

/// Promotions that need the same object at the same time wait for one common request.
actor ObjectFetches {
    private typealias Run = Task<GitFailure?, Never>

    private var running: [ObjectID: Run] = [:]
    private var waiters: [Run: Int] = [:]

    /// Fetches the objects that are not being fetched already, and waits for all of them.
    ///
    /// A fetch is cancelled when its last waiting caller is gone.
    func need(
        _ ids: [ObjectID],
        _ fetch: @Sendable @escaping ([ObjectID]) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        let new = ids.filter { running[$0] == nil }
        var awaited: Set<Run> = Set(ids.compactMap { running[$0] })
        if !new.isEmpty {
            // Unstructured, since other callers may wait for it after this one was cancelled.
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
        // They have ended: their callers need not be counted.
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
            // A later caller gets a fetch of its own.
            running = running.filter { $0.value != run }
        }
    }
}
