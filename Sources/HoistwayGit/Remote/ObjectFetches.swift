import HoistwayModel
import HoistwayPorts

/// Lets promotions that want the same object at the same time wait for one request.
actor ObjectFetches {
    private typealias Run = Task<GitFailure?, Never>

    private var running: [ObjectID: Run] = [:]

    /// Fetches by `fetch` what nobody is fetching already, and waits for all of it.
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
        var failure: GitFailure?
        for run in awaited { failure = await run.value ?? failure }
        for id in new { running[id] = nil }
        if let failure { throw failure }
    }
}
