/// A place in a promotion's workspace: names from its root, without `.` and `..`.
///
/// One rule, and it is Kargo's: `./src`, `src/`, `/src` and `../src` all name `src`. A path is taken from the workspace's
/// root, and `..` stops there, so that none leads out.
package struct WorkspacePath: Hashable, Sendable {
    /// Longest text that is taken, in bytes.
    package static let maxBytes = 8192

    package var names: [GitPath]

    package init(names: [GitPath] = []) {
        self.names = names
    }

    package init(_ text: some StringProtocol) {
        self = WorkspacePath().appending(text)
    }

    /// Why a text is not taken for a path, in one sentence; `nil` where it is.
    package static func problem(with text: String) -> String? { problem(with: GitPath(text)) }

    /// The same of names as Git has them, which need not be text.
    package static func problem(with path: GitPath) -> String? {
        if path.bytes.contains(0) { return "a path holds no NUL character" }
        guard path.bytes.count <= maxBytes, path.depth <= GitPath.maxDepth else {
            return "\(path.shortened) is more than \(GitPath.maxDepth) folders deep, or longer than "
                + "\(maxBytes) bytes"
        }
        return nil
    }

    /// Whether `..` leads out of the workspace, where ``init(_:)`` stops at its root.
    package static func leadsOut(_ text: some StringProtocol) -> Bool {
        var depth = 0
        for part in GitPath(text).names where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }

    /// Why no file is made there, in one sentence; `nil` where one may be.
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

    /// A path taken from here; `..` goes no further up than the workspace's root.
    package func appending(_ text: some StringProtocol) -> WorkspacePath { appending(GitPath(text)) }

    /// The same of names as Git has them, which need not be text.
    package func appending(_ path: GitPath) -> WorkspacePath {
        var names = names
        for part in path.names where part != "." {
            if part == ".." { _ = names.popLast() } else { names.append(part) }
        }
        return WorkspacePath(names: names)
    }

    /// Of a doublestar pattern: the folder that all matches are, or lie in, which is what stands before the first name
    /// that holds a pattern.
    package var globFolder: WorkspacePath {
        WorkspacePath(names: Array(names.prefix { name in !name.bytes.contains { Self.special.contains($0) } }))
    }

    private static let special = Set("*?[]{}\\".utf8)

    /// Whether it is the folder or lies below it; everything lies in the root.
    package func isInside(_ folder: WorkspacePath) -> Bool {
        names.starts(with: folder.names)
    }

    /// What stands below the folder, empty for the folder itself; `nil` where the path lies elsewhere.
    package func rest(below folder: WorkspacePath) -> WorkspacePath? {
        isInside(folder) ? WorkspacePath(names: Array(names.dropFirst(folder.names.count))) : nil
    }

    /// The deepest of the folders that the path lies in.
    package func deepest(of folders: some Sequence<WorkspacePath>) -> WorkspacePath? {
        folders.filter(isInside).max { $0.names.count < $1.names.count }
    }
}

extension WorkspacePath: CustomStringConvertible {
    package var description: String { names.isEmpty ? "." : path.description }
}
