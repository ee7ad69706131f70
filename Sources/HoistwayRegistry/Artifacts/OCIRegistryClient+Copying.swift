import HoistwayModel
package import HoistwayPorts
import NIOHTTP1

/// Copies artifacts: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push>.
extension OCIRegistryClient {
    /// Limits: images of one index, and layers of all its images.
    private static let bounds = (children: 128, blobs: 4096)

    /// All parts of one artifact, in the form for the destination.
    private struct Whole {
        var top: CopiedManifest
        var images: [CopiedManifest] = []
        var isChanged: [Bool] = []

        /// Each once.
        var blobs: [CopiedManifest.Descriptor] {
            var seen: Set<String> = []
            return (images.isEmpty ? [top] : images).flatMap(\.blobs).filter { seen.insert($0.digest).inserted }
        }
    }

    package func copy(
        _ source: ArtifactSource,
        to destination: ArtifactSource,
        _ copy: ArtifactCopy,
        project: String
    ) async throws(ArtifactFailure) -> CopiedArtifact {
        let from = try end(of: source, project: project)
        var to = try end(of: destination, project: project)
        let isAtHome = from.repository.host == to.repository.host
        let isSame = isAtHome && from.repository.path == to.repository.path
        to.repository = to.repository.writable(from: isAtHome ? from.repository : nil)
        let whole = try await whole(source, at: from, copy)
        let digest = whole.top.digest
        switch try await state(of: to, wanted: digest, copy) {
        case .isThere: return CopiedArtifact(digest: digest, wasThere: true)
        case .unclear:
            throw .unfit(
                "the program ended while \(destination.artifact.text) was written, and the tag is another one's now: "
                    + "it may have been moved since",
                hint: "see which version the tag shall have, then promote again"
            )
        case .write: break
        }
        if !isSame {
            guard Self.size(of: whole.blobs) <= copy.maxBytes else {
                throw Self.tooLarge(source.artifact.text, limit: copy.maxBytes)
            }
            for blob in whole.blobs { try await send(blob, from: from, to: to, isAtHome: isAtHome) }
        }
        for (image, isChanged) in zip(whole.images, whole.isChanged) where !isSame || isChanged {
            try await put(image, as: image.digest, at: to)
        }
        // The tag comes last: whoever reads it finds everything.
        try await put(whole.top, as: to.reference, at: to)
        return CopiedArtifact(digest: digest, wasThere: false)
    }

    private func state(
        of to: ArtifactEnd,
        wanted: String,
        _ copy: ArtifactCopy
    ) async throws(ArtifactFailure) -> ArtifactPush {
        try await asking { () async throws(RegistryFailure) in
            let tagged = try await to.client.digest(to.reference, in: to.repository)
            let isKept =
                copy.wasBegun && tagged != wanted
                ? try await to.client.digest(wanted, in: to.repository) != nil : tagged == wanted
            return ArtifactPush(wanted: wanted, tagged: tagged, isKept: isKept, wasBegun: copy.wasBegun)
        }
    }

    private func whole(
        _ source: ArtifactSource,
        at from: ArtifactEnd,
        _ copy: ArtifactCopy
    ) async throws(ArtifactFailure) -> Whole {
        guard var top = try await from.manifest(from.reference) else { throw from.absent(source.artifact.text) }
        guard let children = top.children else {
            try top.annotate(copy.manifestAnnotations)
            guard top.blobs.count <= Self.bounds.blobs else { throw Self.tooMany(source) }
            return Whole(top: top)
        }
        guard children.count <= Self.bounds.children else { throw Self.tooMany(source) }
        var images: [CopiedManifest] = []
        var isChanged: [Bool] = []
        var blobs = 0
        for child in children {
            guard var image = try await from.manifest(child.digest) else { throw from.absent("image \(child.digest)") }
            guard image.children == nil else {
                throw .unfit("\(source.artifact.text) is an index of indexes, which is not copied", hint: nil)
            }
            blobs += image.blobs.count
            guard blobs <= Self.bounds.blobs else { throw Self.tooMany(source) }
            try image.annotate(copy.manifestAnnotations)
            isChanged.append(image.digest != child.digest)
            images.append(image)
        }
        try top.replaceChildren(Dictionary(uniqueKeysWithValues: images.enumerated().map { ($0, $1) }))
        try top.annotate(copy.indexAnnotations)
        return Whole(top: top, images: images, isChanged: isChanged)
    }

    private static func tooMany(_ source: ArtifactSource) -> ArtifactFailure {
        .unfit(
            "\(source.artifact.text) has more than \(bounds.children) images or \(bounds.blobs) layers",
            hint: nil
        )
    }

    private static func size(of blobs: [CopiedManifest.Descriptor]) -> Int {
        blobs.reduce(0) { sum, blob in
            let (total, isTooMuch) = sum.addingReportingOverflow(blob.size)
            return isTooMuch ? .max : total
        }
    }

    // MARK: Writing

    private func put(
        _ manifest: CopiedManifest,
        as reference: String,
        at to: ArtifactEnd
    ) async throws(ArtifactFailure) {
        let answer = try await asking { () async throws(RegistryFailure) in
            try await to.client.ask(
                .PUT,
                "manifests/\(reference)",
                accept: ["application/json"],
                in: to.repository,
                body: RegistryBody(type: manifest.mediaType, bytes: manifest.bytes)
            )
        }
        guard let answer else { throw to.absent(to.repository.path) }
        let told = answer.headers.first(name: "docker-content-digest")
        guard told == nil || told == manifest.digest else {
            throw .registry(
                .malformed(
                    host: to.repository.host,
                    detail: "it keeps \(reference) with another digest than it was given"
                )
            )
        }
    }

    /// Copies one configuration or layer, unless the destination has it.
    private func send(
        _ blob: CopiedManifest.Descriptor,
        from: ArtifactEnd,
        to: ArtifactEnd,
        isAtHome: Bool
    ) async throws(ArtifactFailure) {
        if try await has(blob, at: to) { return }
        // A token may have ended at either end: each is requested again once.
        for isLast in [false, true] {
            guard let address = try await opened(blob, from: isAtHome ? from.repository.path : nil, at: to) else {
                return
            }
            if try await sent(blob, from: from, to: to, at: address, isLast: isLast) { return }
        }
    }

    private func has(_ blob: CopiedManifest.Descriptor, at to: ArtifactEnd) async throws(ArtifactFailure) -> Bool {
        do throws(RegistryFailure) {
            return try await to.client.ask(
                .HEAD,
                "blobs/\(blob.digest)",
                accept: ["*/*"],
                in: to.repository,
                limit: 0,
                isBlob: true
            ) != nil
        } catch {
            // The host of a blob's content may not support HEAD.
            guard case .refused(_, let status, _) = error, (400..<500).contains(status), status != 401 else {
                throw .registry(error)
            }
            return false
        }
    }

    /// The address to write the blob to; `nil`: the registry took it from its other repository.
    private func opened(
        _ blob: CopiedManifest.Descriptor,
        from path: String?,
        at to: ArtifactEnd
    ) async throws(ArtifactFailure) -> WebAddress? {
        let mount = path.map { "?mount=\(blob.digest)&from=\($0)" } ?? ""
        let rest = "blobs/uploads/\(mount)"
        let answer = try await asking { () async throws(RegistryFailure) in
            try await to.client.ask(.POST, rest, accept: ["*/*"], in: to.repository)
        }
        guard let answer else { throw to.absent(to.repository.path) }
        if answer.status == 201 { return nil }
        let base = to.repository.address(rest)
        let host = to.repository.host
        guard let location = answer.headers.first(name: "location"), let address = base.resolving(location) else {
            throw .registry(.malformed(host: host, detail: "it does not name the address for the upload of a layer"))
        }
        guard to.repository.trust.follows(from: base, to: address, isBlob: false) else {
            throw .registry(
                .malformed(
                    host: host,
                    detail: "it names \(address.authority) for the upload of a layer, which must not get the login"
                )
            )
        }
        let digest = "digest=\(blob.digest)"
        return address.with(query: address.query.map { $0.isEmpty ? digest : "\($0)&\(digest)" } ?? digest)
    }

    /// `false`: a login was refused, and must be requested again.
    private func sent(
        _ blob: CopiedManifest.Descriptor,
        from: ArtifactEnd,
        to: ArtifactEnd,
        at address: WebAddress,
        isLast: Bool
    ) async throws(ArtifactFailure) -> Bool {
        let source = from.blob(from.repository.address("blobs/\(blob.digest)"), ["accept": "*/*"])
        let target = to.blob(address, ["content-type": "application/octet-stream"])
        let outcome = try await asking { () async throws(RegistryFailure) in
            try await BlobRelay.run(from: source, to: target, size: blob.size)
        }
        switch outcome {
        case .notGiven(let answer):
            if answer.status == 401, !answer.isRedirected, !isLast {
                from.client.authorizer.forget(from.repository)
                _ = try await from.manifest(from.reference)
                return false
            }
            try await asking { () async throws(RegistryFailure) in try from.check(answer, sent: source.headers) }
            throw from.absent("layer \(blob.digest) of \(from.repository.path)")
        case .answered(let answer):
            if answer.status == 401, !isLast {
                to.client.authorizer.forget(to.repository)
                return false
            }
            try await asking { () async throws(RegistryFailure) in try to.check(answer, sent: target.headers) }
            return true
        }
    }
}
