import HoistwayCrypto
import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import NIOPosix

/// Repositories of charts with an `index.yaml`.
extension OCIRegistryClient {
    /// Longest validator from a header that is sent back.
    private static let maxValidator = 1024

    func indexRepository(
        _ chart: ChartSource,
        project: String
    ) throws(RegistryFailure) -> RegistryRepository {
        try RegistryRepository(
            index: chart.repoURL,
            project: project,
            skipsVerification: chart.insecureSkipTLSVerify,
            options: options
        )
    }

    /// Sends a conditional request, so that an unchanged index is not sent again.
    func indexed(_ chart: ChartSource, project: String) async throws(RegistryFailure) -> ChartListing {
        let repository = try indexRepository(chart, project: project)
        let key = ChartIndexes.Key(repository: repository, name: chart.name)
        let known = indexes[key]
        var headers = HTTPHeaders([("accept", "application/yaml, text/yaml, */*"), ("accept-encoding", "gzip")])
        if let tag = known?.etag { headers.add(name: "if-none-match", value: tag) }
        if let time = known?.lastModified { headers.add(name: "if-modified-since", value: time) }
        let login = authorizer.login(for: repository)
        if let login { headers.add(name: "authorization", value: login) }
        let (answer, listing) = try await read(chart.name, headers: headers, login: login, in: repository)
        if answer.status == 304, let known { return known.listing }
        try RegistryStatus.check(
            answer,
            host: repository.host,
            asked: "\(repository.index.path.drop { $0 == "/" })",
            login: authorizer.sentLogin(for: repository),
            hiding: authorizer.secrets(of: repository, sent: headers["authorization"])
        )
        switch listing {
        case .success(let listing)?:
            indexes.keep(
                ChartIndexes.Known(
                    listing: listing,
                    etag: Self.validator(answer.headers, "etag"),
                    lastModified: Self.validator(answer.headers, "last-modified")
                ),
                for: key
            )
            return listing
        case .failure(let failure)?:
            throw .malformed(host: repository.host, detail: "its index.yaml \(failure.reason)")
        case nil:
            throw .malformed(host: repository.host, detail: "it answered \(answer.status) without an index.yaml")
        }
    }

    /// Sends one request; a thread of its own reads the index while it arrives.
    ///
    /// - Returns: no listing where no index came.
    private func read(
        _ name: String,
        headers: HTTPHeaders,
        login: String?,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> (RegistryAnswer, Result<ChartListing, ChartIndex.Failure>?) {
        let pipe = ChunkPipe()
        // A slow server must not block another: each has its own thread.
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        async let reading = pool.runIfActive { () -> Result<ChartListing, ChartIndex.Failure> in
            defer { pipe.close() }
            return Result { () throws(ChartIndex.Failure) -> ChartListing in
                let pieces = InflatedPieces({ pipe.take() }, limit: ChartIndex.maxBytes)
                do throws(ChartIndex.Failure) {
                    return try ChartIndex.listing(of: name) { pieces.next() }
                } catch {
                    throw pieces.failure ?? error
                }
            }
        }
        let answer: Result<RegistryAnswer, RegistryFailure>
        do throws(RegistryFailure) {
            answer = .success(
                try await authorizer.sending(login, to: repository.index, for: repository) {
                    () async throws(RegistryFailure) in
                    try await transport.stream(
                        repository.index,
                        headers: headers,
                        for: repository,
                        limit: ChartIndex.maxBytes
                    ) { await pipe.put($0) }
                }
            )
        } catch {
            answer = .failure(error)
        }
        pipe.end()
        // The pool is active until here.
        let listing = try? await reading
        try? await pool.shutdownGracefully()
        let given = try answer.get()
        return (given, given.status == 200 ? listing : nil)
    }

    private static func validator(_ headers: HTTPHeaders, _ name: String) -> String? {
        headers.first(name: name).flatMap { value in
            let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            return isPlain && !value.isEmpty && value.utf8.count <= maxValidator ? value : nil
        }
    }

    /// The packed chart of an index; the login is sent only to the repository's own host.
    func packed(
        _ entry: ChartListing.Entry,
        limit: Int,
        in repository: RegistryRepository
    ) async throws(RegistryFailure) -> PackedChart {
        let host = repository.host
        guard let reference = entry.urls.first, let address = repository.resolving(reference) else {
            throw .malformed(
                host: host,
                detail: "its index.yaml gives no http or https URL for version \(ShownText.bare(entry.version))"
            )
        }
        guard repository.trust.follows(from: repository.index, to: address, isBlob: true) else {
            throw .notAllowed(
                host: host,
                detail: "leads with its index.yaml to \(address.authority), where a request must not go",
                hint: repository.trust.advice(on: address)
            )
        }
        var headers = HTTPHeaders([("accept", "*/*")])
        let isOwn = address.hasSameOrigin(as: repository.index)
        let login = isOwn ? authorizer.login(for: repository) : nil
        if let login { headers.add(name: "authorization", value: login) }
        let answer = try await authorizer.sending(login, to: address, for: repository) {
            () async throws(RegistryFailure) in
            try await transport.send(.GET, address, headers: headers, for: repository, limit: limit, isBlob: true)
        }
        try RegistryStatus.check(
            answer,
            host: isOwn ? host : address.authority,
            asked: "the chart \(ShownText.bare(entry.version))",
            login: isOwn ? authorizer.sentLogin(for: repository) : .withheld,
            hiding: authorizer.secrets(of: repository, sent: headers["authorization"])
        )
        let isVerified = entry.digest != nil
        if let digest = entry.digest {
            let plain = (digest.hasPrefix("sha256:") ? String(digest.dropFirst(7)) : digest).lowercased()
            guard SHA256.hex(answer.body) == plain else {
                throw .malformed(
                    host: host,
                    detail:
                        "what lies at \(address.authority) for version \(ShownText.bare(entry.version)) has another "
                        + "digest than its index.yaml says"
                )
            }
        }
        return PackedChart(bytes: answer.body, isVerified: isVerified)
    }
}
