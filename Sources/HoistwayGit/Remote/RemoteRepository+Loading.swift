package import HoistwayModel
package import HoistwayPorts

/// A wanted object that is searched from the root down.
private struct Descent {
    var tree: ObjectID
    var rest: ArraySlice<GitPath>
    var files: [GitPath]
}

extension RemoteRepository {
    package func load(_ wants: [PathWant]) async throws(GitFailure) {
        try await fetchCommits(wants.map(\.commit))
        var descents: [Descent] = []
        for want in wants {
            let root = try await commit(want.commit).tree
            let path = GitPath(want.directory).names.filter { $0 != "." }
            guard path.count <= GitPath.maxDepth else { continue }
            descents.append(Descent(tree: root, rest: path[...], files: want.files.map { GitPath($0) }))
        }
        var blobs: [ObjectID] = []
        while !descents.isEmpty || !blobs.isEmpty {
            try await prefetch(descents.map(\.tree) + blobs)
            (descents, blobs) = try await nextLevel(descents)
        }
    }

    package func prepareReads(of commits: [ObjectID]) async {
        // Without single objects, everything below the commits would come. The reads report failures themselves.
        guard let servesObjects = try? await servesObjects(), servesObjects else { return }
        try? await fetchCommits(commits)
    }

    package func history(
        from tip: ObjectID,
        until known: ObjectID?,
        limit: Int
    ) async throws(GitFailure) -> [CommitRecord] {
        let here = await walk(from: tip, until: known, limit: limit)
        if here.isComplete { return here.commits }
        try await run(
            FetchRequest(wants: [tip], filter: .tree(depth: 0), depth: limit, haves: known.map { [$0] } ?? [])
        )
        return await walk(from: tip, until: known, limit: limit).commits
    }

    private func nextLevel(_ descents: [Descent]) async throws(GitFailure) -> ([Descent], [ObjectID]) {
        var next: [Descent] = []
        var blobs: [ObjectID] = []
        for descent in descents {
            if let name = descent.rest.first {
                guard let entry = try await entry(name, in: descent.tree), entry.mode == .tree else { continue }
                next.append(Descent(tree: entry.id, rest: descent.rest.dropFirst(), files: descent.files))
                continue
            }
            for file in descent.files {
                guard let entry = try await entry(file, in: descent.tree) else { continue }
                if entry.mode == .file || entry.mode == .executable { blobs.append(entry.id) }
            }
        }
        return (next, blobs)
    }

    /// Follows parents through the commits that are here, newest first.
    ///
    /// The result is complete where every line of parents ended at `known`, at a first commit, or at the limit.
    private func walk(
        from tip: ObjectID,
        until known: ObjectID?,
        limit: Int
    ) async -> (commits: [CommitRecord], isComplete: Bool) {
        var commits: [CommitRecord] = []
        var seen: Set<ObjectID> = []
        var isComplete = true
        var waiting: [CommitRecord] = []
        var ids = [tip]
        while commits.count < limit {
            for id in ids where id != known && seen.insert(id).inserted {
                guard let object = await store.object(id), let record = CommitBytes.record(object.bytes, id: id) else {
                    isComplete = false
                    continue
                }
                waiting.append(record)
            }
            // The latest one first; equal times keep the order in which they were found.
            guard let newest = waiting.map(\.committedAt).max(),
                let index = waiting.firstIndex(where: { $0.committedAt == newest })
            else { break }
            let next = waiting.remove(at: index)
            commits.append(next)
            ids = next.parents
        }
        return (commits, isComplete)
    }
}
