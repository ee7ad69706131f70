package import HoistwayEdits
package import HoistwayModel
package import HoistwayPorts

/// Reads the images of the kustomizations in trees.
package struct Kustomizations: Sendable {
    package static let names = EditedFolder.kustomizations

    package let remote: any GitRemote

    package init(remote: any GitRemote) {
        self.remote = remote
    }

    package static func files(in folder: String) -> [String] {
        names.map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }

    package static func isOne(_ path: GitPath) -> Bool { EditedFolder.isKustomization(path) }

    package static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    /// `nil` where there is no such file.
    package func content(_ path: GitPath, in tree: ObjectID?) async throws(GitFailure) -> [UInt8]? {
        guard let found = try await TreePath(path).entry(in: tree, remote),
            found.mode == .file || found.mode == .executable
        else { return nil }
        return try await remote.blob(found.id)
    }

    /// By name; none where the file is absent, or is not a readable kustomization.
    package func entries(_ path: GitPath, in tree: ObjectID?) async throws(GitFailure) -> [String: ImageEntry] {
        guard let bytes = try await content(path, in: tree) else { return [:] }
        return Self.entries(of: bytes)
    }

    static func entries(of bytes: [UInt8]) -> [String: ImageEntry] {
        // An unreadable file has nothing to compare; the step that edits it reports the error.
        let entries = (try? KustomizationImages.entries(of: bytes)) ?? []
        return Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
    }
}
