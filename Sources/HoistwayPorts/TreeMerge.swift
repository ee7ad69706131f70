package import HoistwayModel

/// Applies the changes from one tree to another to a third tree, file by file.
///
/// It reads only folders that changed. Everything else in the third tree stays unchanged.
package struct TreeMerge: Sendable {
    /// The merged tree, and the files with conflicts.
    package struct Result: Sendable, Equatable {
        /// `nil`: the empty tree.
        package var tree: ObjectID?
        /// Changed files whose content in the third tree differs from both other trees, sorted: the change was applied.
        package var overwritten: [GitPath] = []
        /// Paths that are a file on one side and a folder on the other, sorted: the change was not applied, since it
        /// would lose one of them.
        package var clashes: [GitPath] = []
    }

    private let remote: any GitRemote

    package init(remote: any GitRemote) {
        self.remote = remote
    }

    /// - Parameters:
    ///   - old: `nil` for the empty tree; the same for `new` and `target`.
    ///   - target: the tree to which the changes from `old` to `new` are applied.
    package func merge(
        from old: ObjectID?,
        to new: ObjectID?,
        onto target: ObjectID?
    ) async throws(GitFailure) -> Result {
        var result = Result()
        result.tree = try await merge(Folder(path: "", old: old, new: new, target: target), &result)
        result.overwritten.sort()
        result.clashes.sort()
        return result
    }

    private struct Folder {
        var path: GitPath
        var old: ObjectID?
        var new: ObjectID?
        var target: ObjectID?
    }

    private func merge(_ folder: Folder, _ result: inout Result) async throws(GitFailure) -> ObjectID? {
        guard folder.old != folder.new else { return folder.target }
        if folder.old == folder.target { return folder.new }
        guard folder.path.depth <= GitPath.maxDepth else {
            throw .tooLarge(
                url: remote.displayURL,
                what: "\(folder.path.shortened) lies more than \(GitPath.maxDepth) folders deep"
            )
        }
        if Task.isCancelled { throw .unreachable(url: remote.displayURL, detail: "the comparison was cancelled") }
        try await remote.prefetch([folder.old, folder.new, folder.target].compactMap { $0 })
        var changes: [GitPath: TreeEntry?] = [:]
        for difference in try await remote.differences(from: folder.old, to: folder.new) {
            let there = try await entry(difference.name, in: folder.target)
            guard !Self.isSame(there, difference.new) else { continue }
            if Self.isSame(there, difference.old) {
                changes[difference.name] = .some(difference.new)
                continue
            }
            let path = folder.path.appending(difference.name)
            let isFolderStill = difference.old?.mode == .tree && difference.new?.mode == .tree
            if there == nil, !isFolderStill {
                changes[difference.name] = .some(difference.new)
                continue
            }
            let all = [difference.old, difference.new, there].compactMap { $0 }
            guard all.contains(where: { $0.mode == .tree }) else {
                result.overwritten.append(path)
                changes[difference.name] = .some(difference.new)
                continue
            }
            guard all.allSatisfy({ $0.mode == .tree }) else {
                result.clashes.append(path)
                continue
            }
            let below = Folder(path: path, old: difference.old?.id, new: difference.new?.id, target: there?.id)
            let merged = try await merge(below, &result)
            changes[difference.name] = .some(merged.map { TreeEntry(name: difference.name, mode: .tree, id: $0) })
        }
        guard !changes.isEmpty else { return folder.target }
        let tree = try await remote.editTree(folder.target, changes)
        return try await isEmpty(tree) ? nil : tree
    }

    private func entry(_ name: GitPath, in tree: ObjectID?) async throws(GitFailure) -> TreeEntry? {
        guard let tree else { return nil }
        return try await remote.entry(name, in: tree)
    }

    private func isEmpty(_ tree: ObjectID) async throws(GitFailure) -> Bool {
        try await remote.tree(tree).isEmpty
    }

    private static func isSame(_ left: TreeEntry?, _ right: TreeEntry?) -> Bool {
        left?.mode == right?.mode && left?.id == right?.id
    }
}
