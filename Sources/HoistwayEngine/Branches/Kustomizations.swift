import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// Reads the kustomizations of trees, as far as their images go.
struct Kustomizations: Sendable {
    static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    let remote: any GitRemote

    static func files(in folder: String) -> [String] {
        names.map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }

    static func isOne(_ path: String) -> Bool {
        names.contains(path.split(separator: "/").last.map(String.init) ?? "")
    }

    static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// `nil` where there is no such file.
    func content(_ path: String, in tree: ObjectID?) async throws -> [UInt8]? {
        guard let found = try await TreePath(path).entry(in: tree, remote),
            found.mode == .file || found.mode == .executable
        else { return nil }
        return try await remote.blob(found.id)
    }

    /// By name; none where the file is absent, or is no kustomization that can be read.
    func entries(_ path: String, in tree: ObjectID?) async throws -> [String: ImageEntry] {
        guard let bytes = try await content(path, in: tree) else { return [:] }
        // What cannot be read carries nothing that could be compared; the step that edits it says what is wrong.
        let entries = (try? KustomizationImages.entries(of: bytes)) ?? []
        return Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    }
}
