package import HoistwayModel
package import HoistwayPorts

extension RemoteRepository {
    package func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID {
        await make(.blob, bytes)
    }

    package func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID {
        var changes: [GitPath: TreeEntry?] = [:]
        for entry in entries {
            guard changes.updateValue(entry, forKey: entry.name) == nil else {
                throw .invalidContent("a folder cannot have two entries named \(entry.name.shortened)")
            }
        }
        return try await editTree(nil, changes)
    }

    package func editTree(_ base: ObjectID?, _ changes: [GitPath: TreeEntry?]) async throws(GitFailure) -> ObjectID {
        for (name, entry) in changes {
            guard let entry else { continue }
            if let problem = TreeName.problem(withNew: name) {
                throw .invalidContent("\(name.shortened) cannot be a file's name: \(problem)")
            }
            precondition(entry.name == name, "an entry stands under its own name")
        }
        let old = if let base { try await treeBytes(base) } else { TreeBytes(bytes: []) }
        let new: TreeBytes
        do { new = try old.editing(changes) } catch { throw malformed(base ?? .emptyTree, error.reason) }
        if let base, new.bytes == old.bytes { return base }
        // Only valid names were set in a valid tree.
        if let base, !isChecked(base) { try check(new, madeFrom: base) }
        let id = await make(.tree, new.bytes)
        noteChecked(id)
        return id
    }

    private func check(_ tree: TreeBytes, madeFrom base: ObjectID) throws(GitFailure) {
        let problem: TreeCheck.Problem?
        do { problem = try tree.problem() } catch { throw malformed(base, error.reason) }
        guard let problem else { return }
        throw .corrupt(
            url: displayURL,
            what:
                "tree \(base) has the entry \(problem.name.shortened), and \(problem.reason): a folder with such an "
                + "entry is not written again; remove the entry where the folder comes from"
        )
    }

    package func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID {
        await make(.commit, CommitBytes.make(draft))
    }

    package func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID {
        await make(.tag, CommitBytes.make(draft))
    }

    package func preparePush() async { await transport.preparePush() }

    package func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] {
        try await store.pack(of: updates.map(\.new), isThin: true)
    }

    package func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] {
        let store = store
        let results = try await transport.push(updates) { (noThin) async throws(GitFailure) in
            noThin ? try await store.completed(pack) : pack
        }
        let arrived = zip(updates, results).filter { $0.1 == .pushed }.map(\.0.new)
        try await store.settle(below: arrived)
        return results
    }
}
