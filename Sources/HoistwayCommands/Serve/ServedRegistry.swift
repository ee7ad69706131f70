import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import Synchronization

/// The registries for the engine: their texts pass the redactor, and a reload may exchange the client.
final class ServedRegistry: Registry, ChartRepository, ArtifactRegistry {
    /// A client and how many questions it is answering; one that was exchanged is closed after the last.
    private final class Generation: Sendable {
        let client: OCIRegistryClient
        private let state = Mutex((count: 0, isReplaced: false))

        init(_ client: OCIRegistryClient) {
            self.client = client
        }

        func begin() { state.withLock { $0.count += 1 } }

        func end() -> Bool {
            state.withLock { state in
                state.count -= 1
                return state.isReplaced && state.count == 0
            }
        }

        func replace() -> Bool {
            state.withLock { state in
                state.isReplaced = true
                return state.count == 0
            }
        }
    }

    /// Names of tags decide what is done: only what is too long for an everyday word is hidden in them, in bytes.
    private static let longSecret = 12

    /// Outlives the clients: a reload is no reason to send a refused login again.
    let loginGuard: LoginGuard
    private let redactor: Redactor
    private let present: Mutex<Generation>

    /// - Parameter loginGuard: the one that the client was made with, as those that replace it are.
    init(_ client: OCIRegistryClient, redactor: Redactor, loginGuard: LoginGuard) {
        self.loginGuard = loginGuard
        self.redactor = redactor
        present = Mutex(Generation(client))
    }

    func replace(with client: OCIRegistryClient) async {
        let old = present.withLock { present in
            defer { present = Generation(client) }
            return present
        }
        if old.replace() { await old.client.shutdown() }
    }

    func shutdown() async {
        await present.withLock { $0.client }.shutdown()
    }

    func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        try await using { (client) async throws(RegistryFailure) in
            try await client.find(reference, in: subscription, project: project)
        }
    }

    /// Tags that hold a secret are left out: their names would be shown, stored and pushed.
    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String] {
        try await using { (client) async throws(RegistryFailure) in
            try await client.tags(of: subscription, project: project)
        }.filter { !redactor.holdsSecret($0, atLeast: Self.longSecret) }
    }

    func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? {
        try await using { (client) async throws(RegistryFailure) in
            try await client.createdAt(of: reference, in: subscription, project: project)
        }
    }

    /// Versions that hold a secret are left out, as tags are.
    func versions(of chart: ChartSource, project: String) async throws(ChartFailure) -> ChartListing {
        var listing = try await asking { (client) async throws(ChartFailure) in
            try await client.versions(of: chart, project: project)
        }
        listing.entries.removeAll { redactor.holdsSecret($0.version, atLeast: Self.longSecret) }
        return listing
    }

    func archive(
        of chart: ChartSource,
        version: String,
        limit: Int,
        project: String
    ) async throws(ChartFailure) -> PackedChart {
        try await asking { (client) async throws(ChartFailure) in
            try await client.archive(of: chart, version: version, limit: limit, project: project)
        }
    }

    func layer(
        of source: ArtifactSource,
        mediaType: String?,
        digest: String?,
        limit: Int,
        project: String
    ) async throws(ArtifactFailure) -> ArtifactLayer {
        try await reaching { (client) async throws(ArtifactFailure) in
            try await client.layer(of: source, mediaType: mediaType, digest: digest, limit: limit, project: project)
        }
    }

    func copy(
        _ source: ArtifactSource,
        to destination: ArtifactSource,
        _ copy: ArtifactCopy,
        project: String
    ) async throws(ArtifactFailure) -> CopiedArtifact {
        try await reaching { (client) async throws(ArtifactFailure) in
            try await client.copy(source, to: destination, copy, project: project)
        }
    }

    private func reaching<Value: Sendable>(
        _ body: (OCIRegistryClient) async throws(ArtifactFailure) -> Value
    ) async throws(ArtifactFailure) -> Value {
        let result: Result<Value, ArtifactFailure>
        do throws(RegistryFailure) {
            result = try await using { (client) async throws(RegistryFailure) in
                do throws(ArtifactFailure) {
                    return .success(try await body(client))
                } catch {
                    if case .registry(let failure) = error { throw failure }
                    return .failure(error)
                }
            }
        } catch {
            throw .registry(error)
        }
        return try result.get()
    }

    private func asking<Value: Sendable>(
        _ body: (OCIRegistryClient) async throws(ChartFailure) -> Value
    ) async throws(ChartFailure) -> Value {
        do throws(RegistryFailure) {
            return try await using { (client) async throws(RegistryFailure) in
                do throws(ChartFailure) {
                    return try await body(client)
                } catch {
                    throw error.cause
                }
            }
        } catch {
            throw ChartFailure(error)
        }
    }

    private func using<Value: Sendable>(
        _ body: (OCIRegistryClient) async throws(RegistryFailure) -> Value
    ) async throws(RegistryFailure) -> Value {
        let generation = present.withLock { present in
            present.begin()
            return present
        }
        let result: Result<Value, RegistryFailure>
        do throws(RegistryFailure) {
            result = .success(try await body(generation.client))
        } catch {
            result = .failure(error.changingWords { redactor.hide($0) })
        }
        if generation.end() { await generation.client.shutdown() }
        return try result.get()
    }
}
