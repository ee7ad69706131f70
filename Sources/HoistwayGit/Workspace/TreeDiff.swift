package import HoistwayModel
package import HoistwayPorts

/// One file that differs between two trees.
package struct FileChange: Sendable, Equatable {
    package var path: String
    /// `nil` where the file is new.
    package var old: TreeEntry?
    /// `nil` where the file is gone.
    package var new: TreeEntry?

    package init(path: String, old: TreeEntry?, new: TreeEntry?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

/// Compares trees through a remote, loading only subtrees that differ, one request for each level.
package struct TreeDiff: Sendable {
    /// Folders that are looked at before the comparison is cut.
    private static let maxFolders = 20_000
    /// Folders whose trees are asked for in one request.
    private static let folderBatch = 256

    private struct Pair {
        var path: String
        var old: ObjectID?
        var new: ObjectID?
    }

    package let remote: any GitRemote

    package init(remote: any GitRemote) {
        self.remote = remote
    }

    /// At most `limit` changes, sorted by path; `isCut` where there are more.
    package func changes(
        from old: ObjectID?,
        to new: ObjectID?,
        limit: Int
    ) async throws(GitFailure) -> (changes: [FileChange], isCut: Bool) {
        var found: [FileChange] = []
        var waiting: [Pair] = old == new ? [] : [Pair(path: "", old: old, new: new)]
        var seen = 0
        while !waiting.isEmpty, found.count <= limit, seen <= Self.maxFolders {
            let batch = waiting.prefix(Self.folderBatch)
            waiting.removeFirst(batch.count)
            seen += batch.count
            try await remote.prefetch(batch.flatMap { [$0.old, $0.new].compactMap { $0 } })
            for pair in batch where found.count <= limit {
                let (files, folders) = try await compare(pair)
                found += files
                waiting += folders
            }
        }
        let isCut = found.count > limit || !waiting.isEmpty
        return (Array(found.prefix(limit)).sorted { $0.path < $1.path }, isCut)
    }

    private func compare(_ pair: Pair) async throws(GitFailure) -> ([FileChange], [Pair]) {
        let old = try await entries(pair.old)
        let new = try await entries(pair.new)
        var files: [FileChange] = []
        var folders: [Pair] = []
        for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
            let path = pair.path.isEmpty ? name : "\(pair.path)/\(name)"
            let before = old[name]
            let after = new[name]
            let oldTree = before?.mode == .tree ? before?.id : nil
            let newTree = after?.mode == .tree ? after?.id : nil
            if oldTree != newTree { folders.append(Pair(path: path, old: oldTree, new: newTree)) }
            // A file that became a folder is gone as a file.
            let oldFile = oldTree == nil ? before : nil
            let newFile = newTree == nil ? after : nil
            if oldFile != newFile { files.append(FileChange(path: path, old: oldFile, new: newFile)) }
        }
        return (files, folders)
    }

    private func entries(_ tree: ObjectID?) async throws(GitFailure) -> [String: TreeEntry] {
        guard let tree else { return [:] }
        return Dictionary(try await remote.tree(tree).map { ($0.name, $0) }) { first, _ in first }
    }
}
