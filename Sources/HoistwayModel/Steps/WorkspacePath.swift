/// A path in a promotion's workspace: names from its root, without `.` and `..`.
///
/// Kargo has one rule for paths: `./src`, `src/`, `/src` and `../src` all mean `src`. A path is relative to the
/// workspace's root, and `..` stops there, so that no path leads out.
package struct WorkspacePath: Hashable, Sendable {
    /// Longest accepted text, in bytes.
    package static let maxBytes = 8192

    package var names: [GitPath]

    package init(names: [GitPath] = []) {
        self.names = names
    }

    package init(_ text: some StringProtocol) {
        self = WorkspacePath().appending(text)
    }

    /// Why a text is not a valid path, in one sentence; `nil` where it is.
    package static func problem(with text: String) -> String? { problem(with: GitPath(text)) }

    /// The same for Git's names, which need not be text.
    package static func problem(with path: GitPath) -> String? {
        if path.bytes.contains(0) { return "a path holds no NUL character" }
        guard path.bytes.count <= maxBytes, path.depth <= GitPath.maxDepth else {
            return "\(path.shortened) is more than \(GitPath.maxDepth) folders deep, or longer than "
                + "\(maxBytes) bytes"
        }
        return nil
    }

    /// Whether `..` leads out of the workspace, while ``init(_:)`` stops at its root.
    package static func leadsOut(_ text: some StringProtocol) -> Bool {
        var depth = 0
        for part in GitPath(text).names where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }

    /// Why a file cannot be made there, in one sentence; `nil` where it can.
    package static func problem(withNewFile text: String) -> String? {
        if text.hasPrefix("/") { return "the path begins with a slash; it is taken from the promotion's files" }
        if leadsOut(text) { return "the path leads out of the promotion's files" }
        let path = WorkspacePath(text)
        if path.names.first == ".git" { return "nothing is written into .git" }
        return path.isRoot ? "the path names no file" : nil
    }

    /// Empty for the workspace's root.
    package var path: GitPath { names.reduce("") { $0.appending($1) } }

    /// As text; empty for the workspace's root.
    package var text: String { path.matchable }

    package var isRoot: Bool { names.isEmpty }

    /// The path relative to this one; `..` goes up at most to the workspace's root.
    package func appending(_ text: some StringProtocol) -> WorkspacePath { appending(GitPath(text)) }

    /// The same for Git's names, which need not be text.
    package func appending(_ path: GitPath) -> WorkspacePath {
        var names = names
        for part in path.names where part != "." {
            if part == ".." { _ = names.popLast() } else { names.append(part) }
        }
        return WorkspacePath(names: names)
    }

    /// The folder of a doublestar pattern that contains all matches, or is the match.
    ///
    /// It consists of the names before the first name with a pattern.
    package var globFolder: WorkspacePath {
        WorkspacePath(names: Array(names.prefix { name in !name.bytes.contains { Self.special.contains($0) } }))
    }

    private static let special = Set("*?[]{}\\".utf8)

    /// Whether it is the folder or is below it; everything is in the root.
    package func isInside(_ folder: WorkspacePath) -> Bool {
        names.starts(with: folder.names)
    }

    /// The path below the folder, empty for the folder itself; `nil` where the path is not inside.
    package func rest(below folder: WorkspacePath) -> WorkspacePath? {
        isInside(folder) ? WorkspacePath(names: Array(names.dropFirst(folder.names.count))) : nil
    }

    /// The deepest of the folders that contain the path.
    package func deepest(of folders: some Sequence<WorkspacePath>) -> WorkspacePath? {
        folders.filter(isInside).max { $0.names.count < $1.names.count }
    }
}

extension WorkspacePath: CustomStringConvertible {
    package var description: String { names.isEmpty ? "." : path.description }
}
