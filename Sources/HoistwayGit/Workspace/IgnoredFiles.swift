import HoistwayModel
import HoistwayPorts

/// Leaves out of a commit what `git add .` would leave out: new files that match a `.gitignore` of the checkout.
///
/// Only files that steps have written one by one are checked: a folder that is copied by its id was tracked at its
/// source.
struct IgnoredFiles: Sendable {
    private let reader: OverlayReader
    /// Folders whose files were removed from the index: files in them are new, even where the head has them.
    private let cleared: [WorkspacePath]

    init(remote: any GitRemote, cleared: [WorkspacePath]) {
        reader = OverlayReader(remote: remote)
        self.cleared = cleared
    }

    /// The rules that apply to a file, outermost folder first, each with the depth of its folder.
    private typealias Rules = [(depth: Int, rules: IgnoreRules)]

    /// The folder without ignored files.
    ///
    /// - Parameter tracked: its tree in the index; `nil`: it has none.
    func left(of directory: OverlayDirectory, tracked: ObjectID?) async throws(GitFailure) -> OverlayDirectory {
        try await left(of: directory, tracked: tracked, at: WorkspacePath(), [], isIgnored: false)
    }

    private func left(
        of directory: OverlayDirectory,
        tracked: ObjectID?,
        at path: WorkspacePath,
        _ outer: Rules,
        isIgnored: Bool
    ) async throws(GitFailure) -> OverlayDirectory {
        guard !directory.changes.isEmpty else { return directory }
        var rules = outer
        if let node = try await reader.node(".gitignore", in: directory), node.isRegularFile {
            let text = String(decoding: try await reader.content(node), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
            rules.append((path.names.count, IgnoreRules(lines: lines)))
        }
        var result = directory
        for (name, change) in directory.changes {
            let place = WorkspacePath(names: path.names + [name])
            let old = try await entry(name, in: tracked)
            if case .directory(let below) = change {
                let left = try await left(
                    of: below,
                    tracked: old?.mode == .tree ? old?.id : nil,
                    at: place,
                    rules,
                    isIgnored: isIgnored || ignores(place, isDirectory: true, rules)
                )
                result.set(name, to: .directory(left))
                continue
            }
            if case .removed = change { continue }
            let isNew = old == nil || cleared.contains(where: place.isInside)
            guard isNew, isIgnored || ignores(place, isDirectory: false, rules) else { continue }
            result.set(name, to: .removed)
        }
        return result
    }

    /// The innermost `.gitignore` with a matching line decides.
    private func ignores(_ place: WorkspacePath, isDirectory: Bool, _ rules: Rules) -> Bool {
        for (depth, rules) in rules.reversed() {
            if let verdict = rules.verdict(on: Array(place.names.dropFirst(depth)), isDirectory: isDirectory) {
                return verdict
            }
        }
        return false
    }

    private func entry(_ name: GitPath, in tree: ObjectID?) async throws(GitFailure) -> TreeEntry? {
        guard let tree else { return nil }
        return try await reader.remote.entry(name, in: tree)
    }
}
