import HoistwayCrypto
import HoistwayModel
package import HoistwayPorts
import NIOHTTP1

extension OCIRegistryClient: ArtifactRegistry {
    /// The platform of the image that is read where a step needs one layer of an index, as in Kargo.
    private static let platform = "linux/amd64"

    package func layer(
        of source: ArtifactSource,
        mediaType: String?,
        digest: String?,
        limit: Int,
        project: String
    ) async throws(ArtifactFailure) -> ArtifactLayer {
        let end = try end(of: source, project: project)
        if let digest { return try await content(digest, limit: limit, of: end) }
        var found = try await end.manifest(end.reference)
        if let children = found?.children {
            guard let child = children.first(where: { $0.platform?.text == Self.platform }) else {
                throw .unfit(
                    "\(source.artifact.text) is an index without an image for \(Self.platform)",
                    hint: "name the digest of one of its images"
                )
            }
            found = try await end.manifest(child.digest)
        }
        guard let found else { throw end.absent(source.artifact.text) }
        let layer = found.layers.first { mediaType == nil || $0.mediaType == mediaType }
        guard let layer else {
            let of = mediaType.map { " of the type \(ShownText.quoted($0))" } ?? ""
            throw .unfit("\(source.artifact.text) has no layer\(of)", hint: nil)
        }
        guard layer.size <= limit else { throw Self.tooLarge(source.artifact.text, limit: limit) }
        return try await content(layer.digest, limit: limit, of: end)
    }

    private func content(
        _ digest: String,
        limit: Int,
        of end: ArtifactEnd
    ) async throws(ArtifactFailure) -> ArtifactLayer {
        guard ImageDigest.isValid(digest) else { throw end.absent("layer of that digest") }
        let bytes = try await asking { () async throws(RegistryFailure) -> [UInt8]? in
            let answer = try await end.client.ask(
                .GET,
                "blobs/\(digest)",
                accept: ["*/*"],
                in: end.repository,
                limit: limit,
                isBlob: true
            )
            guard let body = answer?.body else { return nil }
            _ = try FetchedManifest.verify(body, digest: digest, host: end.repository.host)
            return body
        }
        guard let bytes else { throw end.absent("layer \(digest) of \(end.repository.path)") }
        return ArtifactLayer(digest: digest, bytes: bytes)
    }

    static func tooLarge(_ name: String, limit: Int) -> ArtifactFailure {
        .unfit("\(name) is larger than \(limit >> 20) MiB", hint: nil)
    }

    /// The repository, and the client that may reach its host.
    func end(of source: ArtifactSource, project: String) throws(ArtifactFailure) -> ArtifactEnd {
        let artifact = source.artifact
        let kind: Credential.Kind = artifact.isChart ? .helm : .image
        let repository: RegistryRepository
        do throws(RegistryFailure) {
            repository = try RegistryRepository(
                artifact.key,
                repoURL: artifact.repoURL,
                kind: kind,
                project: project,
                skipsVerification: source.insecureSkipTLSVerify,
                options: options
            )
        } catch {
            throw .registry(error)
        }
        // Secrets never come from Git: so a login for a registry shows that the operator names that registry.
        let isNamed =
            source.isNamed || options.namedHosts.contains(artifact.key.host)
            || authorizer.login(for: repository) != nil
        return ArtifactEnd(
            client: isNamed ? self : guarded ?? self,
            repository: repository,
            reference: artifact.reference
        )
    }
}
