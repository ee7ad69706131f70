package import HoistwayModel

/// One artifact at its registry, with all that a request for it needs.
package struct ArtifactSource: Sendable, Hashable {
    package var artifact: ArtifactReference
    package var insecureSkipTLSVerify: Bool
    /// Whether the configuration or a warehouse of the stage names the host: then the host may have any address.
    ///
    /// Otherwise only a step names it, and only public addresses are allowed, unless the client has the host from the
    /// configuration.
    package var isNamed: Bool

    package init(_ artifact: ArtifactReference, insecureSkipTLSVerify: Bool = false, isNamed: Bool) {
        self.artifact = artifact
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.isNamed = isNamed
    }
}

/// Changes and limits for a copied artifact.
package struct ArtifactCopy: Sendable, Equatable {
    /// Annotations of the index, where the artifact is one.
    package var indexAnnotations: [String: String]
    /// Annotations of each image.
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
    /// The digest of the destination's tag after the copy.
    package var digest: String
    /// Whether the tag had this digest before, so that nothing was written.
    package var wasThere: Bool

    package init(digest: String, wasThere: Bool) {
        self.digest = digest
        self.wasThere = wasThere
    }
}

package struct ArtifactLayer: Sendable, Equatable {
    /// The digest of the bytes.
    package var digest: String
    /// In the registry's form: not unpacked.
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
    ///   - mediaType: takes the first layer of this type; `nil`: the first layer.
    ///   - digest: takes the layer with this digest, even if the reference has moved; `nil`: that of the reference.
    ///   - limit: more bytes than this are a failure.
    func layer(of source: ArtifactSource, mediaType: String?, digest: String?, limit: Int, project: String)
        async throws(ArtifactFailure) -> ArtifactLayer
    /// Copies an artifact with all its images; writes nothing where the destination already has it.
    ///
    /// - Parameter destination: must have a tag.
    func copy(_ source: ArtifactSource, to destination: ArtifactSource, _ copy: ArtifactCopy, project: String)
        async throws(ArtifactFailure) -> CopiedArtifact
}

/// Why an artifact was not read or not copied.
package enum ArtifactFailure: Diagnosable, KindedFailure, Equatable {
    case registry(RegistryFailure)
    /// A later try fails too.
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
