package import HoistwayModel
package import HoistwayPorts

/// Makes in-memory workspaces, and compares trees by listing both.
package struct InMemoryWorkspaceMaker: WorkspaceMaker {
    package init() {}

    package func workspace(
        heads: KnownHeads,
        author: CommitAuthor,
        at moment: Timestamp
    ) -> any Workspace {
        InMemoryWorkspace(heads: heads, author: author, at: moment)
    }

    package func changes(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote,
        limit: Int
    ) async throws(GitFailure) -> TreeChanges {
        let before = try await Self.files(old, remote)
        let after = try await Self.files(new, remote)
        let changed = after.filter { path, entry in
            before[path].map { $0.id != entry.id || $0.mode != entry.mode } ?? false
        }
        var result = TreeChanges(
            changed: changed.keys.sorted(),
            added: after.keys.filter { before[$0] == nil }.sorted(),
            deleted: before.keys.filter { after[$0] == nil }.sorted()
        )
        guard result.changed.count + result.added.count + result.deleted.count > limit else { return result }
        result.isCut = true
        result.deleted = Array(result.deleted.prefix(limit))
        result.changed = Array(result.changed.prefix(limit - result.deleted.count))
        result.added = Array(result.added.prefix(limit - result.deleted.count - result.changed.count))
        return result
    }

    /// Whole files as removed and added lines, without common lines: enough to show what would change.
    package func unifiedDiff(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote,
        maxBytes: Int
    ) async throws(GitFailure) -> String {
        let before = try await Self.files(old, remote)
        let after = try await Self.files(new, remote)
        var text = ""
        for path in Set(before.keys).union(after.keys).sorted() where before[path]?.id != after[path]?.id {
            text +=
                "--- \(before[path] == nil ? "/dev/null" : "a/\(path)")\n+++ \(after[path] == nil ? "/dev/null" : "b/\(path)")\n"
            for (sign, entry) in [("-", before[path]), ("+", after[path])] {
                guard let entry else { continue }
                let content = String(decoding: try await remote.blob(entry.id), as: UTF8.self)
                text += content.split(separator: "\n").map { "\(sign)\($0)\n" }.joined()
            }
        }
        return text.utf8.count > maxBytes ? String(text.prefix(maxBytes)) + "\n(cut)\n" : text
    }

    package func changedFiles(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote,
        limit: Int
    ) async throws(GitFailure) -> (files: [ChangedFile], isCut: Bool) {
        let before = try await Self.files(old, remote)
        let after = try await Self.files(new, remote)
        func entry(_ entry: TreeEntry?) -> ChangedFile.Entry? { entry.map { .init(mode: $0.mode.rawValue, id: $0.id) } }
        let all = Set(before.keys).union(after.keys).sorted().map {
            ChangedFile(path: $0, old: entry(before[$0]), new: entry(after[$0]))
        }
        let differing = all.filter { $0.old != $0.new }
        return (Array(differing.prefix(limit)), differing.count > limit)
    }

    /// Whole files as removed and added lines.
    package func describe(
        _ files: [ChangedFile],
        in remote: any GitRemote,
        maxBytes: Int
    ) async throws(GitFailure) -> [FileDifference] {
        var described: [FileDifference] = []
        for file in files {
            var one = FileDifference(of: file)
            var text = "@@ -1 +1 @@\n"
            for (sign, entry) in [("-", file.old), ("+", file.new)] {
                guard let entry else { continue }
                let content = String(decoding: try await remote.blob(entry.id), as: UTF8.self)
                text += content.split(separator: "\n").map { "\(sign)\($0)\n" }.joined()
            }
            one.diff = text
            let counts = FileDifference.counts(in: text)
            (one.added, one.removed) = (counts?.added, counts?.removed)
            described.append(one)
        }
        return described
    }

    private static func files(_ tree: ObjectID?, _ remote: any GitRemote) async throws(GitFailure) -> [GitPath:
        TreeEntry]
    {
        guard let tree else { return [:] }
        return try await TreeFiles.read(tree, from: remote)
    }
}
