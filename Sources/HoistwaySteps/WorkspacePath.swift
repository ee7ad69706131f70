import HoistwayModel

/// Paths of a workspace, as steps are given them.
enum WorkspacePath {
    /// Without `.`, empty parts and a leading slash; `..` stops at the workspace's root.
    static func clean(_ path: String) -> String {
        HoistwayModel.WorkspacePath(path).text
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : "\(folder)/\(name)"
    }

    static func isInside(_ path: String, _ folder: String) -> Bool {
        GitPath(path).isInside(GitPath(folder))
    }

    /// The deepest of the mounts that a clean path lies in.
    static func mount(holding path: String, among mounts: [String]) -> String? {
        mounts.filter { isInside(path, $0) }.max { $0.utf8.count < $1.utf8.count }
    }

    /// The path within the repository that is mounted deepest above it.
    static func inRepository(_ path: String, mounts: [String]) -> String {
        let path = clean(path)
        guard let mount = mount(holding: path, among: mounts) else { return path }
        return String(decoding: path.utf8.dropFirst(mount.utf8.count).drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
    }
}
