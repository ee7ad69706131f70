import FoundationEssentials
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// A manifest whose bytes have the right digest.
struct FetchedManifest: Sendable {
    let digest: String
    let manifest: ImageManifest

    init(_ answer: RegistryAnswer, reference: String, host: String) throws(RegistryFailure) {
        let told = answer.headers.first(name: "docker-content-digest")
        let expected = ImageDigest.isValid(reference) ? reference : told
        digest = try Self.verify(answer.body, digest: expected, host: host)
        do {
            manifest = try JSONDecoder().decode(ImageManifest.self, from: Data(answer.body))
        } catch {
            throw .malformed(host: host, detail: "the manifest of \(reference) is not JSON as the format has it")
        }
        // If it were both an image and an index, two programs could read different contents:
        // https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
        let types = [answer.headers.first(name: "content-type"), manifest.mediaType].compactMap { text in
            text.map { String($0.prefix { $0 != ";" && $0 != " " }) }
        }
        let isBoth = manifest.manifests != nil && (manifest.config != nil || manifest.layers != nil)
        guard !isBoth, types.allSatisfy({ RunnableImage.fits($0, manifest) }) else {
            throw .malformed(host: host, detail: "the manifest of \(reference) is not of the type that it names")
        }
    }

    /// The digest of the bytes; throws where another one is expected.
    static func verify(_ body: [UInt8], digest: String?, host: String) throws(RegistryFailure) -> String {
        guard let digest else { return "sha256:" + SHA256.hex(body) }
        guard ImageDigest.isValid(digest) else {
            throw .malformed(host: host, detail: "it gives a digest that has not the form of one")
        }
        let own =
            digest.hasPrefix("sha512:")
            ? "sha512:" + Hex.encode(Digest.hash(.sha512, body)) : "sha256:" + SHA256.hex(body)
        guard own == digest else {
            throw .malformed(host: host, detail: "what it sent for \(digest) has another digest")
        }
        return digest
    }
}
