package import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts
import NIOHTTP1

/// A client for registries with the OCI distribution protocol
/// (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md>).
///
/// Everything may be called concurrently. It stores only logins, tokens and facts from manifests, in memory.
package final class OCIRegistryClient: Registry {
    /// Accepted types of a manifest; without this list, a registry gives an old form, with another digest.
    static let manifestTypes = [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]
    /// The limit that registries have: <https://github.com/opencontainers/distribution-spec/pull/293>.
    static let maxManifestBytes = 4 * 1024 * 1024
    private static let maxTagPages = 1000
    private static let tagsPerPage = 1000

    let options: RegistryOptions
    let transport: RegistryTransport
    let authorizer: RegistryAuthorizer
    let indexes = ChartIndexes()
    /// For charts whose URL comes from a file in Git; `nil` in the guarded client itself.
    let guarded: OCIRegistryClient?
    private let findings = ImageFindings()

    /// - Parameters:
    ///   - redactor: gets every secret that is sent.
    ///   - loginGuard: keeps refused logins from being sent again at once; `nil`: each is sent.
    package init(
        options: RegistryOptions = RegistryOptions(),
        credentials: any CredentialBook,
        redactor: Redactor = Redactor(),
        loginGuard: LoginGuard? = nil
    ) {
        self.options = options
        transport = RegistryTransport(options: options)
        var narrow = options
        narrow.reachesPublicOnly = true
        guarded =
            options.reachesPublicOnly
            ? nil
            : OCIRegistryClient(options: narrow, credentials: credentials, redactor: redactor, loginGuard: loginGuard)
        authorizer = RegistryAuthorizer(
            transport: transport,
            credentials: credentials,
            redactor: redactor,
            loginGuard: loginGuard
        )
    }

    /// Closes all connections; the client cannot be used afterwards.
    package func shutdown() async {
        await transport.shutdown()
        await guarded?.shutdown()
    }

    package func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        guard Self.isReference(reference) else { return .absent }
        let repository = try RegistryRepository(subscription, project: project, options: options)
        var fetched: FetchedManifest?
        var digest = try await head(reference, in: repository)
        if digest == nil {
            fetched = try await manifest(reference, in: repository)
            digest = fetched?.digest
        }
        guard let digest else { return .absent }
        let key = ImageFindings.Key(repository, digest: digest, platform: subscription.platform)
        if let known = findings.answer(key) { return known }
        if fetched == nil { fetched = try await manifest(digest, in: repository) }
        guard let fetched else { return .absent }
        let answer = try await answer(fetched, platform: subscription.platform, in: repository)
        findings.keep(answer, for: key)
        return answer
    }

    /// The digest of a reference; `nil`: there is no such manifest.
    func digest(_ reference: String, in repository: RegistryRepository) async throws(RegistryFailure) -> String? {
        if let digest = try await head(reference, in: repository) { return digest }
        return try await manifest(reference, in: repository)?.digest
    }

    /// The digest of a reference by one HEAD; `nil` where a GET is needed: it is absent, or the registry sends no
    /// digest.
    private func head(_ reference: String, in repository: RegistryRepository) async throws(RegistryFailure) -> String? {
        let answer: RegistryAnswer?
        do throws(RegistryFailure) {
            answer = try await ask(
                .HEAD,
                "manifests/\(reference)",
                accept: Self.manifestTypes,
                in: repository,
                limit: 0
            )
        } catch {
            // Some registries and proxies do not support HEAD; besides, only the answer to a GET has a message with the
            // reason.
            guard case .refused(_, let status, _) = error, status != 401, (400..<500).contains(status) || status == 501
            else { throw error }
            return nil
        }
        guard let digest = answer?.headers.first(name: "docker-content-digest") else { return nil }
        guard ImageDigest.isValid(digest), !ImageDigest.isValid(reference) || digest == reference else {
            throw .malformed(host: repository.host, detail: "its digest for \(reference) is invalid or different")
        }
        return digest
    }

    package func tags(
        of subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> [String] {
        try await tags(in: RegistryRepository(subscription, project: project, options: options))
    }

    /// All tags, in the registry's order.
    func tags(in repository: RegistryRepository) async throws(RegistryFailure) -> [String] {
        let limit = options.listTimeout
        do {
            return try await Deadline.within(limit) { try await self.allTags(in: repository) }
        } catch {
            if let failure = error as? RegistryFailure { throw failure }
            let isLate = error is DeadlineExceeded
            throw .unreachable(
                host: repository.host,
                detail: isLate ? "no whole list of tags within \(limit)" : "the request was cancelled"
            )
        }
    }

    private func allTags(in repository: RegistryRepository) async throws(RegistryFailure) -> [String] {
        var list = TagList(limit: options.maxTags, host: repository.host)
        var asked: Int? = Self.tagsPerPage
        var address = repository.address("tags/list?n=\(Self.tagsPerPage)")
        var answer: RegistryAnswer?
        do throws(RegistryFailure) {
            answer = try await ask(.GET, address, accept: ["application/json"], in: repository)
        } catch {
            // Some registries have a lower limit for `n`, and refuse a higher value.
            guard case .refused(_, let status, _) = error, (400..<500).contains(status), ![401, 403].contains(status)
            else { throw error }
            asked = nil
            address = repository.address("tags/list")
            answer = try await ask(.GET, address, accept: ["application/json"], in: repository)
        }
        for _ in 0..<Self.maxTagPages {
            guard let page = answer else {
                throw .refused(
                    host: repository.host,
                    status: 404,
                    detail: "it has no \(repository.path), or hides it from this login"
                )
            }
            guard let next = try list.add(page, from: address, asked: asked) else { return list.tags }
            address = next
            answer = try await ask(.GET, address, accept: ["application/json"], in: repository)
        }
        throw .malformed(
            host: repository.host,
            detail: "its list of tags has more than \(Self.maxTagPages) pages"
        )
    }

    package func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? {
        guard Self.isReference(reference) else { return nil }
        let repository = try RegistryRepository(subscription, project: project, options: options)
        let key = ImageFindings.Key(repository, digest: reference, platform: subscription.platform)
        if let known = findings.time(key) { return known }
        guard let manifest = try await manifest(reference, in: repository) else { return nil }
        let time = try await createdAt(manifest, platform: subscription.platform, in: repository)
        if ImageDigest.isValid(reference) { findings.keep(time, for: key) }
        return time
    }

    /// Any other text cannot be a tag or a digest, and must not be put into a path.
    static func isReference(_ text: String) -> Bool {
        ImageTag.isValid(text) || ImageDigest.isValid(text)
    }

    /// `nil` where the manifest does not exist.
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
        limit: Int = maxManifestBytes,
        isBlob: Bool = false,
        body: RegistryBody? = nil
    ) async throws(RegistryFailure) -> RegistryAnswer? {
        let address = repository.address(rest)
        return try await ask(
            method,
            address,
            accept: accept,
            in: repository,
            limit: limit,
            isBlob: isBlob,
            body: body
        )
    }

    /// One request, with a login if needed; `nil` for 404.
    private func ask(
        _ method: HTTPMethod,
        _ address: WebAddress,
        accept: [String],
        in repository: RegistryRepository,
        limit: Int = maxManifestBytes,
        isBlob: Bool = false,
        body: RegistryBody? = nil
    ) async throws(RegistryFailure) -> RegistryAnswer? {
        var headers = HTTPHeaders(accept.map { ("accept", $0) })
        if let body { headers.add(name: "content-type", value: body.type) }
        if let known = authorizer.known(for: repository) { headers.add(name: "authorization", value: known) }
        func send() async throws(RegistryFailure) -> RegistryAnswer {
            try await authorizer.sending(headers["authorization"].first, to: address, for: repository) {
                () async throws(RegistryFailure) in
                try await transport.send(
                    method,
                    address,
                    headers: headers,
                    for: repository,
                    limit: limit,
                    isBlob: isBlob,
                    body: body?.bytes
                )
            }
        }
        var answer = try await send()
        if answer.status == 401, !answer.isRedirected {
            // The stored login may have ended or been withdrawn.
            authorizer.forget(repository)
            if let fresh = try await authorizer.answer(answer.headers, from: address, for: repository) {
                headers.replaceOrAdd(name: "authorization", value: fresh)
                answer = try await send()
            }
            if answer.status == 401 { authorizer.forget(repository) }
        }
        if answer.status == 404 { return nil }
        try RegistryStatus.check(
            answer,
            host: repository.host,
            asked: repository.path,
            login: authorizer.sentLogin(for: repository),
            hiding: authorizer.secrets(of: repository, sent: headers["authorization"])
        )
        return answer
    }
}
