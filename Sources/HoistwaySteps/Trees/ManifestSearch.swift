import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// Looks for names of images in the manifests that a kustomization is built from.
///
/// It reads what the kustomization and its bases name, inside one checkout and within bounds. It answers only where it
/// has seen all of it.
struct ManifestSearch {
    static let maxFiles = 40
    static let maxBytes = 1_048_576

    private let workspace: any Workspace
    /// The checkout's folder: files outside of it are not read.
    private let mount: String

    init(_ workspace: any Workspace, mount: String) {
        self.workspace = workspace
        self.mount = mount
    }

    /// Those of the names that stand nowhere; `nil` where that cannot be known.
    ///
    /// - Parameters:
    ///   - folder: where the kustomization stands.
    ///   - content: the kustomization's own text.
    func unmentioned(_ names: [String], in folder: String, _ content: [UInt8]) async -> [String]? {
        var search = Search(left: names)
        guard let sources = search.add(kustomization: content, folder: folder), sources.hasResources else { return nil }
        while let path = search.waiting.popLast() {
            guard !search.left.isEmpty else { return [] }
            guard WorkspacePath.isInside(path, mount), search.count < Self.maxFiles else { return nil }
            search.count += 1
            // A look that fails gives no answer; the promotion itself does not depend on it.
            guard let found = try? await read(path) else { return nil }
            switch found {
            case .manifest(let bytes):
                guard bytes.count <= Self.maxBytes else { return nil }
                search.look(at: bytes)
            case .kustomization(let bytes): if search.add(kustomization: bytes, folder: path) == nil { return nil }
            case .nothing: return nil
            }
        }
        return search.left
    }

    private enum Found {
        case manifest([UInt8])
        /// What was named is a folder.
        case kustomization([UInt8])
        case nothing
    }

    private func read(_ path: String) async throws(WorkspaceFailure) -> Found {
        if let bytes = try await workspace.read(path) { return .manifest(bytes) }
        guard let name = try await workspace.files(named: Kustomizations.names, in: path).first,
            let bytes = try await workspace.read(WorkspacePath.join(path, name))
        else { return .nothing }
        return .kustomization(bytes)
    }

    private struct Search {
        /// Names that were not found yet.
        var left: [String]
        var waiting: [String] = []
        var seen: Set<String> = []
        var count = 0

        mutating func look(at bytes: [UInt8]) {
            left.removeAll { Self.mentions(bytes, $0) }
        }

        /// `nil` where it does not tell all that it is built from.
        mutating func add(kustomization bytes: [UInt8], folder: String) -> KustomizationSources? {
            look(at: bytes)
            // What cannot be read, kustomize will refuse itself.
            guard let sources = try? KustomizationSources(of: bytes), sources.isComplete else { return nil }
            for path in sources.paths {
                let place = WorkspacePath.clean("\(folder)/\(path)")
                if seen.insert(place).inserted { waiting.append(place) }
            }
            return sources
        }

        /// Whether the name stands there as a whole: `shop/app` is not in `shop/app-worker`.
        private static func mentions(_ bytes: [UInt8], _ name: String) -> Bool {
            let wanted = Array(name.utf8)
            guard let first = wanted.first, bytes.count >= wanted.count else { return false }
            for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
                let end = start + wanted.count
                guard bytes[start..<end].elementsEqual(wanted) else { continue }
                let isOpen = start > 0 && isPartOfName(bytes[start - 1])
                let goesOn = end < bytes.count && isPartOfName(bytes[end])
                if !isOpen && !goesOn { return true }
            }
            return false
        }

        private static func isPartOfName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }
}
