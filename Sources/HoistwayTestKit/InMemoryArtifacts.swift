import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Registries in memory: tags with digests, and a log of writes.
package final class InMemoryArtifacts: ArtifactRegistry {
    fileprivate struct State {
        /// By `repository:tag`.
        var tags: [String: String] = [:]
        /// Digests by repository, with any tag.
        var kept: [String: Set<String>] = [:]
        var written: [String] = []
    }

    private let state = Mutex(State())

    package init() {}

    package func tag(_ name: String, _ digest: String) { state.withLock { $0.put(name, digest) } }

    package func digest(_ name: String) -> String? { state.withLock { $0.tags[name] } }

    /// Each tag that was written through the port, in order.
    package var written: [String] { state.withLock(\.written) }

    package func copy(
        _ source: ArtifactSource,
        to destination: ArtifactSource,
        _ copy: ArtifactCopy,
        project: String
    ) async throws(ArtifactFailure) -> CopiedArtifact {
        let (from, to) = (source.artifact.text, destination.artifact.text)
        let result = state.withLock { state -> Result<CopiedArtifact, ArtifactFailure> in
            guard let digest = state.tags[from] else { return .failure(Self.absent(from)) }
            let push = ArtifactPush(
                wanted: digest,
                tagged: state.tags[to],
                isKept: state.kept[State.repository(to)]?.contains(digest) ?? false,
                wasBegun: copy.wasBegun
            )
            switch push {
            case .isThere: return .success(CopiedArtifact(digest: digest, wasThere: true))
            case .unclear: return .failure(.unfit("the tag of \(to) may have been moved since", hint: nil))
            case .write:
                state.put(to, digest)
                state.written.append(to)
                return .success(CopiedArtifact(digest: digest, wasThere: false))
            }
        }
        return try result.get()
    }

    package func layer(
        of source: ArtifactSource,
        mediaType: String?,
        digest: String?,
        limit: Int,
        project: String
    ) async throws(ArtifactFailure) -> ArtifactLayer {
        throw Self.absent(source.artifact.text)
    }

    private static func absent(_ name: String) -> ArtifactFailure {
        .registry(.refused(host: "memory", status: 404, detail: "it has no \(name)"))
    }
}

extension InMemoryArtifacts.State {
    fileprivate static func repository(_ name: String) -> String {
        String(name.prefix(upTo: name.lastIndex(of: ":") ?? name.endIndex))
    }

    fileprivate mutating func put(_ name: String, _ digest: String) {
        tags[name] = digest
        kept[Self.repository(name), default: []].insert(digest)
    }
}
