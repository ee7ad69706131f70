package import HoistwayModel
package import HoistwayPorts

/// One file that differs between two trees.
package struct FileChange: Sendable, Equatable {
    package var path: GitPath
    /// `nil` where the file is new.
    package var old: TreeEntry?
    /// `nil` where the file is gone.
    package var new: TreeEntry?

    package init(path: GitPath, old: TreeEntry?, new: TreeEntry?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

/// Compares trees through a remote, loading only subtrees that differ, one request for each level.
package struct TreeDiff: Sendable {
    /// Number of folders after which the comparison is cut.
    private static let maxFolders = 20_000
    /// Number of folders whose trees are fetched in one request.
    private static let folderBatch = 256

    private struct Pair {
        var path: GitPath
        var depth: Int
        var old: ObjectID?
        var new: ObjectID?
    }

    private struct Walk {
        let limit: Int
        var found: [FileChange] = []
        var waiting: [Pair] = []
        /// The number of folders read so far.
        var folders = 0
        var isCut = false

        init(limit: Int) {
            self.limit = limit
        }
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
        var walk = Walk(limit: limit)
        if old != new { walk.waiting.append(Pair(path: "", depth: 0, old: old, new: new)) }
        while !walk.waiting.isEmpty, !walk.isCut {
            let batch = walk.waiting.prefix(Self.folderBatch)
            walk.waiting.removeFirst(batch.count)
            try await remote.prefetch(batch.flatMap { [$0.old, $0.new].compactMap { $0 } })
            for pair in batch where !walk.isCut { try await compare(pair, &walk) }
        }
        return (walk.found.prefix(limit).sorted { $0.path < $1.path }, walk.isCut)
    }

    private func compare(_ pair: Pair, _ walk: inout Walk) async throws(GitFailure) {
        if Task.isCancelled { throw .unreachable(url: remote.displayURL, detail: "the comparison was cancelled") }
        try TreeBounds.check(pair.path, depth: pair.depth, url: remote.displayURL)
        walk.folders += 1
        guard walk.folders <= Self.maxFolders else {
            walk.isCut = true
            return
        }
        for difference in try await remote.differences(from: pair.old, to: pair.new) {
            let path = pair.path.appending(difference.name)
            let before = difference.old
            let after = difference.new
            let oldTree = before?.mode == .tree ? before?.id : nil
            let newTree = after?.mode == .tree ? after?.id : nil
            if oldTree != newTree {
                guard walk.folders + walk.waiting.count <= Self.maxFolders else {
                    walk.isCut = true
                    return
                }
                walk.waiting.append(Pair(path: path, depth: pair.depth + 1, old: oldTree, new: newTree))
            }
            // A file that became a folder counts as deleted.
            let oldFile = oldTree == nil ? before : nil
            let newFile = newTree == nil ? after : nil
            guard oldFile != newFile else { continue }
            guard walk.found.count < walk.limit else {
                walk.isCut = true
                return
            }
            walk.found.append(FileChange(path: path, old: oldFile, new: newFile))
        }
    }
}
