import HoistwayModel
import HoistwayPorts

/// Keeps a private key that an ssh server has refused from being tried again at once.
struct GuardedTransport: GitTransport {
    private let transport: any GitTransport
    private let place: String
    private let options: GitTransportOptions

    init(_ transport: any GitTransport, place: String, options: GitTransportOptions) {
        self.transport = transport
        self.place = place
        self.options = options
    }

    var displayURL: String { transport.displayURL }
    var statistics: TransportStatistics { transport.statistics }

    func refs(
        prefixes: [String]
    ) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        try await tried { () async throws(GitFailure) in try await transport.refs(prefixes: prefixes) }
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        try await tried { () async throws(GitFailure) in try await transport.fetch(request, sink: sink) }
    }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        try await tried { () async throws(GitFailure) in try await transport.push(updates, pack: pack) }
    }

    func close() async { await transport.close() }

    private func tried<Value: Sendable>(
        _ body: () async throws(GitFailure) -> Value
    ) async throws(GitFailure) -> Value {
        let trial = try await options.begin(nil, at: place, repository: displayURL, waits: false)
        do throws(GitFailure) {
            let value = try await body()
            trial?.end(.accepted)
            return value
        } catch {
            if case .unauthorized(_, let words) = error, SSHCommand.isRefusedKey(words) {
                trial?.end(.refused(words))
            } else {
                trial?.end(.unknown)
            }
            throw error
        }
    }
}
