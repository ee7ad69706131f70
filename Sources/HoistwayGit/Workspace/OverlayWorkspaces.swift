package import HoistwayModel
package import HoistwayPorts

/// Makes overlay workspaces, and compares the trees that they make.
package struct OverlayWorkspaces: WorkspaceMaker {
    /// Limit of files in a diff.
    private static let maxDiffFiles = 500

    package init() {}

    package func workspace(
        heads: KnownHeads,
        author: CommitAuthor,
        at moment: Timestamp
    ) -> any Workspace {
        OverlayWorkspace(heads: heads, author: author, at: moment)
    }

    package func changes(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote,
        limit: Int
    ) async throws(GitFailure) -> TreeChanges {
        let diff = try await TreeDiff(remote: remote).changes(from: old, to: new, limit: limit)
        var changes = TreeChanges(isCut: diff.isCut)
        for change in diff.changes {
            switch (change.old, change.new) {
            case (nil, _): changes.added.append(change.path)
            case (_, nil): changes.deleted.append(change.path)
            default: changes.changed.append(change.path)
            }
        }
        return changes
    }

    package func unifiedDiff(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote,
        maxBytes: Int
    ) async throws(GitFailure) -> String {
        let diff = try await TreeDiff(remote: remote).changes(from: old, to: new, limit: Self.maxDiffFiles)
        let text = try await UnifiedDiff(remote: remote, maxBytes: maxBytes).text(of: diff.changes)
        return diff.isCut ? text + "… more than \(Self.maxDiffFiles) files differ\n" : text
    }

    package func changedFiles(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote,
        limit: Int
    ) async throws(GitFailure) -> (files: [ChangedFile], isCut: Bool) {
        let diff = try await TreeDiff(remote: remote).changes(from: old, to: new, limit: limit)
        func entry(_ entry: TreeEntry?) -> ChangedFile.Entry? { entry.map { .init(mode: $0.mode.rawValue, id: $0.id) } }
        let files = diff.changes.map { ChangedFile(path: $0.path, old: entry($0.old), new: entry($0.new)) }
        return (files, diff.isCut)
    }

    package func describe(
        _ files: [ChangedFile],
        in remote: any GitRemote,
        maxBytes: Int
    ) async throws(GitFailure) -> [FileDifference] {
        try await UnifiedDiff(remote: remote, maxBytes: maxBytes).differences(of: files)
    }
}
