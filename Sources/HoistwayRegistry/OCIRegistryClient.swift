package import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts
import NIOHTTP1

/// Asks registries by the OCI distribution protocol
/// (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md>).
///
/// Everything may be called concurrently. Nothing is kept but logins and tokens, in memory.
package final class OCIRegistryClient: Registry {
    /// What a manifest may come as; a registry that is not told gives an old form, with another digest.
    private static let manifestTypes = [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]
    /// The bound that registries have: <https://github.com/opencontainers/distribution-spec/pull/293>.
    static let maxManifestBytes = 4 * 1024 * 1024
    private static let maxTagPages = 1000

    private let options: RegistryOptions
    private let transport: RegistryTransport
    private let authorizer: RegistryAuthorizer

    package init(options: RegistryOptions = RegistryOptions(), credentials: any CredentialBook) {
        self.options = options
        transport = RegistryTransport(options: options)
        authorizer = RegistryAuthorizer(transport: transport, credentials: credentials)
    }

    /// Closes all connections; nothing may be asked afterwards.
    package func shutdown() async {
        await transport.shutdown()
    }

    package func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        guard Self.isReference(reference) else { return .absent }
        let repository = try RegistryRepository(subscription, project: project, options: options)
        if let platform = subscription.platform {
            guard let manifest = try await manifest(reference, in: repository) else { return .absent }
            return try await answer(manifest, platform: platform, in: repository)
        }
        let answer = try await ask(
            .HEAD,
            "manifests/\(reference)",
            accept: Self.manifestTypes,
            in: repository,
            limit: 0
        )
        guard let answer else { return .absent }
        guard let digest = answer.headers.first(name: "docker-content-digest") else {
            return try await manifest(reference, in: repository).map { .found($0.digest) } ?? .absent
        }
        guard ImageDigest.isValid(digest), !ImageDigest.isValid(reference) || digest == reference else {
            throw .malformed(host: repository.host, detail: "the digest that it gives for \(reference) is none")
        }
        return .found(digest)
    }

    package func tags(
        of subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> [String] {
        let repository = try RegistryRepository(subscription, project: project, options: options)
        let first = repository.address("tags/list?n=1000")
        var list = TagList(limit: options.maxTags)
        var page: WebAddress? = first
        for _ in 0..<Self.maxTagPages {
            guard let address = page else { return list.tags }
            let answer = try await ask(.GET, address, accept: ["application/json"], in: repository)
            // A repository that nothing was pushed to yet is unknown to its registry.
            guard let answer else { return list.tags }
            try list.add(answer, host: repository.host)
            page = try TagList.next(after: answer, at: address, host: repository.host)
        }
        throw .malformed(host: repository.host, detail: "its list of tags does not end")
    }

    package func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? {
        guard Self.isReference(reference) else { return nil }
        let repository = try RegistryRepository(subscription, project: project, options: options)
        guard let manifest = try await manifest(reference, in: repository) else { return nil }
        return try await createdAt(manifest, platform: subscription.platform, in: repository)
    }

    /// What cannot be a tag or a digest cannot be in a registry, and must not be in a path.
    private static func isReference(_ text: String) -> Bool {
        ImageTag.isValid(text) || ImageDigest.isValid(text)
    }

    /// `nil` for a manifest that is not there.
    func manifest(
        _ reference: String,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> FetchedManifest? {
        let answer = try await ask(.GET, "manifests/\(reference)", accept: Self.manifestTypes, in: repository)
        guard let answer else { return nil }
        return try FetchedManifest(answer, reference: reference, host: repository.host)
    }

    func ask(
        _ method: HTTPMethod,
        _ rest: String,
        accept: [String],
        in repository: RegistryRepository,
        limit: Int = maxManifestBytes
    ) async throws(RegistryFailure) -> RegistryAnswer? {
        try await ask(method, repository.address(rest), accept: accept, in: repository, limit: limit)
    }

    /// One question, logged in where it must be; `nil` for 404.
    private func ask(
        _ method: HTTPMethod,
        _ address: WebAddress,
        accept: [String],
        in repository: RegistryRepository,
        limit: Int = maxManifestBytes
    ) async throws(RegistryFailure) -> RegistryAnswer? {
        var headers = HTTPHeaders(accept.map { ("accept", $0) })
        if let known = authorizer.known(for: repository) { headers.add(name: "authorization", value: known) }
        var answer = try await transport.send(method, address, headers: headers, for: repository, limit: limit)
        if answer.status == 401, !answer.isRedirected {
            // What was known may have ended or been withdrawn.
            authorizer.forget(repository)
            guard let fresh = try await authorizer.answer(answer.headers, from: address, for: repository) else {
                throw .refused(host: repository.host, status: 401, detail: "\(repository.path) wants a login")
            }
            headers.replaceOrAdd(name: "authorization", value: fresh)
            answer = try await transport.send(method, address, headers: headers, for: repository, limit: limit)
            if answer.status == 401 { authorizer.forget(repository) }
        }
        if answer.status == 404 { return nil }
        try RegistryStatus.check(answer, host: repository.host, asked: repository.path)
        return answer
    }
}
