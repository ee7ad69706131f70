import FoundationEssentials
import HoistwayCrypto
import HoistwayModel
import HoistwaySettings
import HoistwayStore

/// The versions of manifests that run, kept in the state's folder: a start does not need the repositories.
struct ManifestShelf: Sendable {
    private let files: KeptFiles

    init(stateFolder: String) {
        files = KeptFiles(folder: "\(stateFolder)/manifests")
    }

    func version(of source: ManifestSource) throws -> ManifestVersion? {
        guard let bytes = try files.bytes(of: Self.name(of: source)) else { return nil }
        // Another version of the program may have written it otherwise: then it is read from Git again.
        guard let version = try? JSONDecoder().decode(ManifestVersion.self, from: Data(bytes)) else { return nil }
        return version.source.place == source.place ? version : nil
    }

    func keep(_ version: ManifestVersion) throws {
        try files.keep(Array(try JSONEncoder().encode(version)), as: Self.name(of: version.source))
    }

    func keepOnly(_ sources: [ManifestSource]) throws {
        try files.keepOnly(Set(sources.map(Self.name)))
    }

    /// The colon stands there as it did when the place of a whole repository ended with one: what an earlier version has
    /// kept is found.
    private static func name(of source: ManifestSource) -> String {
        "\(SHA256.hex(source.place + (source.path.text.isEmpty ? ":" : "")).prefix(32)).json"
    }
}
