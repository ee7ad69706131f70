import HoistwayModel
import HoistwayPorts
import Synchronization

/// A transport that can be replaced during use: running calls end on the transport that they began with.
final class ReplaceableTransport: GitTransport {
    private enum Present {
        case transport(any GitTransport, uses: Uses)
        case failure(GitFailure)
    }

    /// Counts running calls, and closes a replaced transport after its last call.
    private final class Uses: Sendable {
        private let state = Mutex((count: 0, isReplaced: false))

        func begin() { state.withLock { $0.count += 1 } }

        /// Whether it was the last call of a transport that was replaced.
        func end() -> Bool {
            state.withLock { state in
                state.count -= 1
                return state.isReplaced && state.count == 0
            }
        }

        /// Whether no call is running.
        func replace() -> Bool {
            state.withLock { state in
                state.isReplaced = true
                return state.count == 0
            }
        }
    }

    let displayURL: String
    private let present: Mutex<Present>

    init(_ transport: any GitTransport) {
        displayURL = transport.displayURL
        present = Mutex(.transport(transport, uses: Uses()))
    }

    var statistics: TransportStatistics {
        present.withLock { present in
            if case .transport(let transport, _) = present { transport.statistics } else { TransportStatistics() }
        }
    }

    func replace(with transport: any GitTransport) { set(.transport(transport, uses: Uses())) }

    /// Every call fails with this from now on, until it is replaced again.
    func fail(with failure: GitFailure) { set(.failure(failure)) }

    private func set(_ new: Present) {
        let old = present.withLock { present in
            defer { present = new }
            return present
        }
        guard case .transport(let transport, let uses) = old, uses.replace() else { return }
        // No caller waits for it: it only ends idle connections and processes.
        Task { await transport.close() }
    }

    func refs(
        prefixes: [String]
    ) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        try await using { (transport) async throws(GitFailure) in try await transport.refs(prefixes: prefixes) }
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        try await using { (transport) async throws(GitFailure) in try await transport.fetch(request, sink: sink) }
    }

    func preparePush() async {
        // Without a transport, the push itself reports the reason.
        try? await using { (transport) async throws(GitFailure) in await transport.preparePush() }
    }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        try await using { (transport) async throws(GitFailure) in try await transport.push(updates, pack: pack) }
    }

    func close() async {
        let transport = present.withLock { present in
            if case .transport(let transport, _) = present { transport } else { nil as (any GitTransport)? }
        }
        await transport?.close()
    }

    private func using<Value: Sendable>(
        _ body: (any GitTransport) async throws(GitFailure) -> Value
    ) async throws(GitFailure) -> Value {
        let (transport, uses) = try present.withLock { (present) throws(GitFailure) in
            switch present {
            case .failure(let failure): throw failure
            case .transport(let transport, let uses):
                uses.begin()
                return (transport, uses)
            }
        }
        let result: Result<Value, GitFailure>
        do throws(GitFailure) { result = .success(try await body(transport)) } catch { result = .failure(error) }
        if uses.end() { await transport.close() }
        return try result.get()
    }
}
