import HoistwayModel
import HoistwayPorts

/// Limits the total time of each call, even while bytes arrive.
struct BoundedTransport: GitTransport {
    private let transport: any GitTransport
    private let refsTimeout: Duration
    private let transferTimeout: Duration

    init(_ transport: any GitTransport, options: GitTransportOptions) {
        self.transport = transport
        refsTimeout = options.refsTimeout
        transferTimeout = options.transferTimeout
    }

    var displayURL: String { transport.displayURL }
    var statistics: TransportStatistics { transport.statistics }

    func refs(
        prefixes: [String]
    ) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        try await within(refsTimeout) { () async throws(GitFailure) in try await transport.refs(prefixes: prefixes) }
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        try await within(transferTimeout) { () async throws(GitFailure) in
            try await transport.fetch(request, sink: sink)
        }
    }

    func preparePush() async {
        // In time or not: the push itself reports problems.
        try? await within(refsTimeout) { () async throws(GitFailure) in await transport.preparePush() }
    }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        try await within(transferTimeout) { () async throws(GitFailure) in
            try await transport.push(updates, pack: pack)
        }
    }

    func close() async { await transport.close() }

    private func within<Value: Sendable>(
        _ limit: Duration,
        _ body: @Sendable @escaping () async throws(GitFailure) -> Value
    ) async throws(GitFailure) -> Value {
        let outcome = await withTaskGroup(of: Result<Value, GitFailure>?.self) { group in
            group.addTask {
                do throws(GitFailure) { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: limit)  // Cancelled: the other task has ended, or will end.
                return nil
            }
            defer { group.cancelAll() }
            while let ended = await group.next() {
                if ended != nil || !Task.isCancelled { return ended }
            }
            return nil
        }
        guard let outcome else {
            throw .unreachable(url: displayURL, detail: "it had not finished after \(limit)")
        }
        return try outcome.get()
    }
}
