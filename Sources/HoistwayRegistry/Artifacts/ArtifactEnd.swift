import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// A repository with its client: for any address, or for public addresses only.
struct ArtifactEnd: Sendable {
    let client: OCIRegistryClient
    var repository: RegistryRepository
    let reference: String

    /// `nil` where the registry has no such manifest.
    func manifest(_ reference: String) async throws(ArtifactFailure) -> CopiedManifest? {
        let answer = try await asking { () async throws(RegistryFailure) in
            try await client.ask(
                .GET,
                "manifests/\(reference)",
                accept: OCIRegistryClient.manifestTypes,
                in: repository
            )
        }
        return try answer.map { (answer) throws(ArtifactFailure) in
            try CopiedManifest(answer, reference: reference, host: repository.host)
        }
    }

    func absent(_ what: String) -> ArtifactFailure {
        .registry(
            .refused(
                host: repository.host,
                status: 404,
                detail: "it has no \(what), or hides it from this login"
            )
        )
    }

    /// The data to read or write one blob, with the login that was accepted last.
    func blob(_ address: WebAddress, _ more: HTTPHeaders = [:]) -> BlobEnd {
        var headers = more
        if let known = client.authorizer.known(for: repository) { headers.add(name: "authorization", value: known) }
        return BlobEnd(transport: client.transport, address: address, headers: headers, repository: repository)
    }

    /// Turns an unsuccessful answer into its failure.
    func check(_ answer: RegistryAnswer, sent: HTTPHeaders) throws(RegistryFailure) {
        try RegistryStatus.check(
            answer,
            host: repository.host,
            asked: repository.path,
            login: client.authorizer.sentLogin(for: repository),
            hiding: client.authorizer.secrets(of: repository, sent: sent["authorization"])
        )
    }
}

/// Runs requests to registries, and turns their errors into failures of an artifact.
func asking<Value>(
    _ body: () async throws(RegistryFailure) -> Value
) async throws(ArtifactFailure) -> Value {
    do throws(RegistryFailure) {
        return try await body()
    } catch {
        throw .registry(error)
    }
}
