import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Reads which of a stage's image entries others have changed on its branches, commit by commit.
struct ForeignHistory: Sendable {
    /// How many commits of each branch are read.
    static let maxCommits = 500

    let core: EngineCore
    let stage: Stage
    let since: Timestamp

    /// In no particular order; `isCut` if a branch has more commits than are read.
    func read() async throws -> (pushed: [Comparison.Pushed], isCut: Bool) {
        var pushed: [Comparison.Pushed] = []
        var isCut = false
        for place in try await core.tips(of: stage) {
            guard let tip = place.tip else { continue }
            let (written, remote) = (place.written, place.remote)
            let all = try await remote.history(from: tip, until: nil, limit: Self.maxCommits)
            // One commit more than was asked for: the first change is compared with it.
            let count = all.firstIndex { $0.committedAt < since }.map { $0 + 1 } ?? all.count
            isCut = isCut || (count == all.count && all.count == Self.maxCommits)
            let folders = stage.editedFolders
                .filter { $0.branch == written.branch && $0.repoURL == written.repoURL }
                .map(\.folder)
            pushed += try await changes(Array(all.prefix(count)), folders: folders, written.branch, remote)
        }
        return (pushed, isCut)
    }

    private func changes(
        _ commits: [CommitRecord],
        folders: [String],
        _ branch: String,
        _ remote: any GitRemote
    ) async throws -> [Comparison.Pushed] {
        try await remote.load(
            commits.flatMap { commit in
                folders.map { PathWant(commit: commit.id, directory: $0, files: Kustomizations.names) }
            }
        )
        let state = await core.ledger.snapshot
        let carried = core.images(of: stage.key)
        let known = Dictionary(commits.map { ($0.id, $0) }) { first, _ in first }
        let kustomizations = Kustomizations(remote: remote)
        var pushed: [Comparison.Pushed] = []
        for commit in commits where commit.committedAt >= since && !state.isOwn(commit.id) {
            // Compared with the first parent: the changes of a merge count once, with the merge.
            let parent = commit.parents.first.flatMap { known[$0]?.tree }
            guard parent != nil || commit.parents.isEmpty else { continue }
            for file in folders.flatMap(Kustomizations.files) {
                let before = try await kustomizations.entries(GitPath(file), in: parent)
                let after = try await kustomizations.entries(GitPath(file), in: commit.tree)
                for (name, entry) in after.sorted(by: { $0.key < $1.key })
                where before[name] != entry && carried.contains(where: { $0 == name || entry.results(in: $0) }) {
                    let image = PromotedImage(file: file, name: name, tag: entry.newTag, digest: entry.digest)
                    pushed.append(
                        Comparison.Pushed(
                            commit: commit.id,
                            at: commit.committedAt,
                            author: commit.author,
                            branch: branch,
                            image: image
                        )
                    )
                }
            }
        }
        return pushed
    }
}
