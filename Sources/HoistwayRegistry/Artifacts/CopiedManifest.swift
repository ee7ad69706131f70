import FoundationEssentials
import HoistwayCrypto
import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// A manifest or an index to copy: its exact bytes, and the blobs and children in it.
struct CopiedManifest: Sendable {
    struct Descriptor: Decodable, Sendable {
        var mediaType: String?
        var digest: String
        /// In bytes.
        var size: Int
        var platform: ImageManifest.Platform?

        /// Content that stays at its URL, such as layers of Windows: registries do not store it.
        var isForeign: Bool {
            guard let mediaType else { return false }
            return mediaType.contains(".nondistributable.") || mediaType.contains(".foreign.")
        }
    }

    private struct Content: Decodable {
        var mediaType: String?
        var config: Descriptor?
        var layers: [Descriptor]?
        var manifests: [Descriptor]?
    }

    private(set) var bytes: [UInt8]
    /// The type that is sent to the registry.
    let mediaType: String
    private(set) var digest: String
    /// For an image, the configuration and the layers.
    let blobs: [Descriptor]
    let layers: [Descriptor]
    /// For an index, its children; `nil` for an image.
    let children: [Descriptor]?

    /// - Throws: where it is of a type that is not copied, or names content without a digest.
    init(_ answer: RegistryAnswer, reference: String, host: String) throws(ArtifactFailure) {
        let content: Content
        do throws(RegistryFailure) {
            digest = try FetchedManifest(answer, reference: reference, host: host).digest
        } catch {
            throw .registry(error)
        }
        do {
            content = try JSONDecoder().decode(Content.self, from: Data(answer.body))
        } catch {
            throw .registry(.malformed(host: host, detail: "the manifest of \(reference) is not as the format has it"))
        }
        bytes = answer.body
        let type = answer.headers.first(name: "content-type").map { String($0.prefix { $0 != ";" && $0 != " " }) }
        let known = [content.mediaType, type].compactMap(\.self).first(where: OCIRegistryClient.manifestTypes.contains)
        guard let known else {
            let shown = ShownText.quoted(content.mediaType ?? type ?? "")
            throw .unfit(
                "\(reference) at \(host) is of the type \(shown), which is neither an image nor an index",
                hint: nil
            )
        }
        mediaType = known
        layers = content.layers ?? []
        blobs = ([content.config].compactMap(\.self) + layers).filter { !$0.isForeign }
        children = content.manifests
        let named = blobs + (children ?? [])
        guard named.allSatisfy({ ImageDigest.isValid($0.digest) && $0.size >= 0 }) else {
            throw .registry(
                .malformed(host: host, detail: "the manifest of \(reference) names content without a digest")
            )
        }
    }

    /// Adds annotations, or replaces existing ones; every other byte stays.
    mutating func annotate(_ annotations: [String: String]) throws(ArtifactFailure) {
        guard !annotations.isEmpty else { return }
        let sorted = annotations.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        try edit(sorted.map { ScalarUpdate(key: "annotations.\(Self.name($0.key))", value: .string($0.value)) })
    }

    /// Replaces the children that were annotated.
    ///
    /// - Parameter present: the new ones, by the position of the child.
    mutating func replaceChildren(_ present: [Int: CopiedManifest]) throws(ArtifactFailure) {
        var updates: [ScalarUpdate] = []
        for (index, child) in present.sorted(by: { $0.key < $1.key }) where child.digest != children?[index].digest {
            updates.append(ScalarUpdate(key: "manifests.\(index).digest", value: .string(child.digest)))
            updates.append(ScalarUpdate(key: "manifests.\(index).size", value: .number(Double(child.bytes.count))))
        }
        guard !updates.isEmpty else { return }
        try edit(updates)
    }

    private mutating func edit(_ updates: [ScalarUpdate]) throws(ArtifactFailure) {
        do throws(UpdateFailure) {
            bytes = try JSONUpdate.apply(updates, to: bytes).bytes
        } catch {
            throw .unfit("the manifest \(digest) cannot be annotated: \(error.reason)", hint: error.hint)
        }
        digest = "sha256:" + SHA256.hex(bytes)
    }

    /// The name as a quoted part of a key, so that it has no other meaning.
    private static func name(_ text: String) -> String {
        ":" + text.map { "\\.:|#@*?".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
