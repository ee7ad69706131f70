package import HoistwayModel

/// One artifact at its registry: all that a question needs to know.
package struct ArtifactSource: Sendable, Hashable {
    package var artifact: ArtifactReference
    package var insecureSkipTLSVerify: Bool
    /// Whether the configuration or a warehouse of the stage names the host: any address may be reached then.
    ///
    /// Else only a step names it, and only public addresses are reached, unless the client knows the host from the
    /// configuration.
    package var isNamed: Bool

    package init(_ artifact: ArtifactReference, insecureSkipTLSVerify: Bool = false, isNamed: Bool) {
        self.artifact = artifact
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.isNamed = isNamed
    }
}

/// What is done to an artifact on its way.
package struct ArtifactCopy: Sendable, Equatable {
    /// For the index, where the artifact is one.
    package var indexAnnotations: [String: String]
    /// For each image.
    package var manifestAnnotations: [String: String]
    /// Most bytes of layers and configurations that are copied from one repository to another.
    package var maxBytes: Int
    /// Whether the program ended during an earlier try.
    package var wasBegun: Bool

    package init(
        indexAnnotations: [String: String] = [:],
        manifestAnnotations: [String: String] = [:],
        maxBytes: Int,
        wasBegun: Bool = false
    ) {
        self.indexAnnotations = indexAnnotations
        self.manifestAnnotations = manifestAnnotations
        self.maxBytes = maxBytes
        self.wasBegun = wasBegun
    }
}

package struct CopiedArtifact: Sendable, Equatable {
    /// What the destination's tag has now.
    package var digest: String
    /// Whether it had that before, so that nothing was written.
    package var wasThere: Bool

    package init(digest: String, wasThere: Bool) {
        self.digest = digest
        self.wasThere = wasThere
    }
}

package struct ArtifactLayer: Sendable, Equatable {
    /// Of the bytes.
    package var digest: String
    /// As the registry has them: not unpacked.
    package var bytes: [UInt8]

    package init(digest: String, bytes: [UInt8]) {
        self.digest = digest
        self.bytes = bytes
    }
}

/// Reads and copies artifacts of registries.
package protocol ArtifactRegistry: Sendable {
    /// One layer of an artifact, verified.
    ///
    /// - Parameters:
    ///   - mediaType: the first one of this type; `nil`: the first one.
    ///   - digest: this very layer, whatever the reference means now; `nil`: the one that the reference means.
    ///   - limit: more bytes are a failure.
    func layer(of source: ArtifactSource, mediaType: String?, digest: String?, limit: Int, project: String)
        async throws(ArtifactFailure) -> ArtifactLayer
    /// Copies an artifact with all its images; writes nothing where the destination has it already.
    ///
    /// - Parameter destination: with a tag.
    func copy(_ source: ArtifactSource, to destination: ArtifactSource, _ copy: ArtifactCopy, project: String)
        async throws(ArtifactFailure) -> CopiedArtifact
}

/// Why an artifact was not read or not copied.
package enum ArtifactFailure: Diagnosable, KindedFailure, Equatable {
    case registry(RegistryFailure)
    /// No later try changes it.
    case unfit(String, hint: String?)

    package var message: String {
        switch self {
        case .registry(let failure): failure.message
        case .unfit(let text, _): text
        }
    }

    package var hint: String? {
        switch self {
        case .registry(.refused(_, 401, _)), .registry(.refused(_, 403, _)):
            "check the Secret labelled kargo.akuity.io/cred-type: image (helm for oci://) whose repoURL is the artifact's, "
                + "or give it one; pushing needs a login that may write"
        case .registry(let failure): failure.hint
        case .unfit(_, let hint): hint
        }
    }

    package var retry: Retry {
        switch self {
        case .registry(let failure): failure.retryOfStep
        case .unfit: .never
        }
    }

    package var kind: FailureKind {
        switch self {
        case .registry(let failure): failure.kind
        case .unfit: .other
        }
    }
}
