import FoundationEssentials
import HoistwayCrypto
import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// A manifest or an index that is copied: its very bytes, and what they name.
struct CopiedManifest: Sendable {
    struct Descriptor: Decodable, Sendable {
        var mediaType: String?
        var digest: String
        /// In bytes.
        var size: Int
        var platform: ImageManifest.Platform?

        /// Content that stays where it is, such as the layers of Windows: no registry keeps it.
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
    /// As the registry is told it.
    let mediaType: String
    private(set) var digest: String
    /// Of an image, the configuration and the layers.
    let blobs: [Descriptor]
    let layers: [Descriptor]
    /// Of an index, its children; `nil` for an image.
    let children: [Descriptor]?

    /// - Throws: where it is none that is copied, or names what has no digest.
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

    /// Adds annotations, or sets those that are there; every other byte stays.
    mutating func annotate(_ annotations: [String: String]) throws(ArtifactFailure) {
        guard !annotations.isEmpty else { return }
        let sorted = annotations.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        try edit(sorted.map { ScalarUpdate(key: "annotations.\(Self.name($0.key))", value: .string($0.value)) })
    }

    /// Names other children in place of those that were annotated.
    ///
    /// - Parameter present: by the position of the child.
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

    /// A part of a key that means this name and nothing else.
    private static func name(_ text: String) -> String {
        ":" + text.map { "\\.:|#@*?".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
