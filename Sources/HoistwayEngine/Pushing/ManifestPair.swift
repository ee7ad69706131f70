import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// The containers of the manifests that a push changes: on the branch now, and after the push.
///
/// Two containers are the same if their object and their name are the same, in whatever file.
struct ManifestPair: Sendable {
    /// The most files of one push that are read, before and after together, and their most bytes.
    static let maxFiles = 4000
    static let maxBytes = 64 << 20
    /// Files in one request: their sizes are known only after it.
    private static let portion = 64

    /// The most bytes and images of a file that is compared without its images.
    private static let maxPlainBytes = 1 << 20
    private static let maxPlainImages = 50

    struct Container: Sendable {
        var image: String
        var file: GitPath
    }

    private(set) var before: [ManifestContainers.Key: Container] = [:]
    private(set) var after: [ManifestContainers.Key: Container] = [:]
    /// Why not everything was read, in a few words; `nil`: everything was read.
    private(set) var gap: String?

    /// For each manifest, a hash of its text without the images of the freight.
    private var plain: [GitPath: (before: Int?, after: Int?)] = [:]

    /// Files in which only images of the freight change.
    var imageOnly: Set<GitPath> {
        Set(plain.filter { $0.value.before != nil && $0.value.before == $0.value.after }.keys)
    }

    /// Containers whose image changes, in order.
    var changed: [(key: ManifestContainers.Key, old: Container, new: Container)] {
        after.sorted { $0.key < $1.key }.compactMap { key, new in
            guard let old = before[key], old.image != new.image else { return nil }
            return (key, old, new)
        }
    }

    /// - Parameter freight: names of the images of the promotion's freight.
    static func read(
        _ changes: TreeChanges,
        freight: [String] = [],
        from base: ObjectID,
        to tree: ObjectID,
        in remote: any GitRemote
    ) async throws -> ManifestPair {
        var pair = ManifestPair()
        if changes.isCut { pair.gap = "more files change than Hoistway can compare" }
        let old = (changes.changed + changes.deleted).filter(isManifest)
        let new = (changes.changed + changes.added).filter(isManifest)
        guard old.count + new.count <= maxFiles else {
            pair.gap = "more than \(maxFiles) manifests change"
            return pair
        }
        var room = maxBytes
        let there = try await files(old, in: base, remote)
        let here = try await files(new, in: tree, remote)
        for (files, isBefore) in [(there, true), (here, false)] {
            var rest = files[...]
            while !rest.isEmpty, room > 0 {
                let portion = rest.prefix(Self.portion)
                rest = rest.dropFirst(portion.count)
                try await remote.prefetch(portion.map(\.blob))
                for (path, blob) in portion where room > 0 {
                    try await pair.add(path, blob, remote, &room, freight, isBefore: isBefore)
                }
            }
        }
        return pair
    }

    private static func isManifest(_ path: GitPath) -> Bool {
        guard !Kustomizations.isOne(path), let name = path.name.text?.lowercased() else { return false }
        return [".yaml", ".yml", ".json"].contains(where: name.hasSuffix)
    }

    private static func files(
        _ paths: [GitPath],
        in tree: ObjectID,
        _ remote: any GitRemote
    ) async throws -> [(path: GitPath, blob: ObjectID)] {
        var files: [(path: GitPath, blob: ObjectID)] = []
        for path in paths {
            guard let entry = try await TreePath(path).entry(in: tree, remote),
                entry.mode == .file || entry.mode == .executable
            else { continue }
            files.append((path, entry.id))
        }
        return files
    }

    private mutating func add(
        _ path: GitPath,
        _ blob: ObjectID,
        _ remote: any GitRemote,
        _ room: inout Int,
        _ freight: [String],
        isBefore: Bool
    ) async throws {
        let side: WritableKeyPath<ManifestPair, [ManifestContainers.Key: Container]> = isBefore ? \.before : \.after
        let bytes = try await remote.blob(blob)
        room -= bytes.count
        guard room >= 0 else {
            gap = "the manifests that change have more than \(Self.maxBytes >> 20) MiB"
            return
        }
        // Templates and other texts that are not YAML have nothing that a cluster would run.
        guard let found = ManifestContainers(of: bytes) else {
            if bytes.count > ManifestContainers.maxBytes { gap = "\(path.shortened) is too large to be read" }
            return
        }
        let own = Set(found.images.values).filter { image in
            freight.contains { FreightLookup.isSameImage($0, ImageReferenceArgument.split(image).name) }
        }
        if bytes.count <= Self.maxPlainBytes, own.count <= Self.maxPlainImages {
            let hash = Self.hash(bytes, without: own)
            if isBefore {
                plain[path, default: (nil, nil)].before = hash
            } else {
                plain[path, default: (nil, nil)].after = hash
            }
        }
        for (key, image) in found.images where self[keyPath: side][key] == nil {
            self[keyPath: side][key] = Container(image: image, file: path)
        }
    }

    /// Longer names first: one image may be the beginning of another.
    private static func hash(_ bytes: [UInt8], without images: Set<String>) -> Int {
        var text = String(decoding: bytes, as: UTF8.self)
        for image in images.sorted(by: { ($0.utf8.count, $0) > ($1.utf8.count, $1) }) {
            text = text.replacing(image, with: "\u{0}")
        }
        return text.hashValue
    }
}
