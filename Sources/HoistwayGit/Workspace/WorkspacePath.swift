import HoistwayPorts

/// A place in the workspace: names from its root, without `.` and `..`.
struct WorkspacePath: Hashable, Sendable, CustomStringConvertible {
    var names: [String]

    init(names: [String]) {
        self.names = names
    }

    /// A leading slash stands for the workspace's root.
    init(_ text: String) throws(WorkspaceFailure) {
        var names: [String] = []
        for part in text.split(separator: "/") where part != "." {
            if part == ".." {
                guard names.popLast() != nil else { throw .escapes(path: text) }
            } else {
                names.append(String(part))
            }
        }
        self.names = names
    }

    var description: String { names.isEmpty ? "." : names.joined(separator: "/") }

    func isInside(_ other: WorkspacePath) -> Bool {
        names.starts(with: other.names)
    }
}
