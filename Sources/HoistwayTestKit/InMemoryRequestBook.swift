package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Stores requests that may be repeated, in memory.
package final class InMemoryRequestBook: RequestBook {
    private let kept = Mutex<[[UInt8]: KeyedRequest]>([:])
    private let failure = Mutex<StoreFailure?>(nil)

    package init() {}

    /// From now on every call fails with this; `nil`: it works again.
    package func fail(with error: StoreFailure?) { failure.withLock { $0 = error } }

    private func check() throws(StoreFailure) {
        if let error = failure.withLock(\.self) { throw error }
    }

    /// The answers of all answered requests.
    package var answers: [KeptAnswer] { kept.withLock { $0.values.compactMap(\.answer) } }

    /// Removes the answers, as if the program had ended before it stored them.
    package func loseAnswers() {
        kept.withLock { kept in
            kept = kept.mapValues { KeyedRequest(key: $0.key, owner: $0.owner, content: $0.content, at: $0.at) }
        }
    }

    package func begin(
        _ request: KeyedRequest,
        most: Int,
        forgetting limit: Timestamp
    ) async throws(StoreFailure) -> KeyedRequestBegin {
        try check()
        return kept.withLock { kept in
            kept = kept.filter { $0.value.at >= limit }
            if let known = kept[request.key] { return .known(known) }
            guard kept.values.count(where: { $0.owner == request.owner }) < most else { return .full }
            kept[request.key] = request
            return .begun
        }
    }

    package func finish(_ key: [UInt8], _ answer: KeptAnswer) async throws(StoreFailure) {
        try check()
        kept.withLock { $0[key]?.answer = answer }
    }

    package func forget(_ key: [UInt8]) async throws(StoreFailure) {
        try check()
        kept.withLock { $0[key] = nil }
    }
}
