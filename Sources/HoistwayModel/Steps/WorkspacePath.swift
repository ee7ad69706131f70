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
    package static func problem(with text: String) -> String? {
        if text.utf8.contains(0) { return "a path holds no NUL character" }
        guard text.utf8.count <= maxBytes, GitPath(text).depth <= GitPath.maxDepth else {
            return "\(GitPath(text).shortened) is more than \(GitPath.maxDepth) folders deep, or longer than "
                + "\(maxBytes) bytes"
        }
        return nil
    }

    /// Empty for the workspace's root.
    package var path: GitPath { names.reduce("") { $0.appending($1) } }

    /// As text; empty for the workspace's root.
    package var text: String { path.matchable }

    package var isRoot: Bool { names.isEmpty }

    /// A path taken from here; `..` goes no further up than the workspace's root.
    package func appending(_ text: some StringProtocol) -> WorkspacePath {
        var names = names
        for part in GitPath(text).names where part != "." {
            if part == ".." { _ = names.popLast() } else { names.append(part) }
        }
        return WorkspacePath(names: names)
    }

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
