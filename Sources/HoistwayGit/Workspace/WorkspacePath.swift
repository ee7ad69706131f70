import HoistwayModel
import HoistwayPorts

/// A place in the workspace: names from its root, without `.` and `..`.
struct WorkspacePath: Hashable, Sendable, CustomStringConvertible {
    var names: [GitPath]

    init(names: [GitPath]) {
        self.names = names
    }

    /// A leading slash stands for the workspace's root.
    init(_ text: String) throws(WorkspaceFailure) {
        var names: [GitPath] = []
        for part in GitPath(text).names where part != "." {
            if part == ".." {
                guard names.popLast() != nil else { throw .escapes(path: text) }
            } else {
                names.append(part)
            }
        }
        guard names.count <= GitPath.maxDepth, text.utf8.count <= TreeBounds.maxPathBytes else {
            throw .git(
                .invalidContent(
                    "\(GitPath(text).shortened) is more than \(GitPath.maxDepth) folders deep, or longer than "
                        + "\(TreeBounds.maxPathBytes) bytes"
                )
            )
        }
        self.names = names
    }

    var path: GitPath { names.reduce("") { $0.appending($1) } }

    var description: String { names.isEmpty ? "." : path.description }

    func isInside(_ other: WorkspacePath) -> Bool {
        names.starts(with: other.names)
    }
}
