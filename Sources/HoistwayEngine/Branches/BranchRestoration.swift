import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Finds out from the commits on a stage's branches which freight the stage has.
struct BranchRestoration: Sendable {
    /// How many commits of each branch are looked through.
    static let maxHistory = 500

    let core: EngineCore
    let stage: Stage
    let project: Project

    struct Found: Sendable {
        var freight: [FreightRecord] = []
        var collection: StageRecord.Collection?
        var branches: [(key: BranchKey, head: ObjectID)] = []
        /// The stage's last commit on each branch.
        var commits: [StageRecord.Collection.Place] = []
        /// One line for each thing that was found or could not be found.
        var lines: [String] = []
    }

    func find() async throws -> Found {
        var found = Found()
        for place in try await core.tips(of: stage) {
            guard let tip = place.tip else { continue }
            let branch = place.written.branch
            found.branches.append((place.key, tip))
            let history = try await place.remote.history(from: tip, until: nil, limit: Self.maxHistory)
            let name = stage.key.description
            guard
                let (commit, story) = history.lazy.compactMap({ commit in
                    CommitStory(message: commit.message).map { (commit, $0) }
                }).first(where: { $0.1.stage == name })
            else {
                found.lines.append("\(branch) has no promotion to \(name)")
                continue
            }
            take(story, of: commit, on: place.key, into: &found)
        }
        found.collection?.commits = found.commits
        return found
    }

    private func take(_ story: CommitStory, of commit: CommitRecord, on key: BranchKey, into found: inout Found) {
        let branch = key.branch
        found.commits.append(StageRecord.Collection.Place(branch: key, commit: commit.id))
        var items: [String: FreightID] = [:]
        for piece in story.pieces {
            guard let record = record(of: piece, commit: commit, branch: branch) else {
                found.lines.append(
                    "freight \(piece.shortID) of warehouse \(piece.warehouse), named by commit \(commit.id.short) of \(branch), "
                        + "cannot be restored: the artifacts that the commit names have another freight id, "
                        + "or the warehouse has changed"
                )
                continue
            }
            items[piece.warehouse] = record.freight.id
            found.freight.append(record)
            found.lines.append(
                "\(stage.key) has freight \(record.freight.alias) (\(record.freight.id.short)): \(record.freight.summary), "
                    + "by commit \(commit.id.short) of \(branch)"
            )
        }
        guard !items.isEmpty, found.collection.map({ $0.at < commit.committedAt }) ?? true else { return }
        found.collection = StageRecord.Collection(items: items, promotion: story.promotion, at: commit.committedAt)
    }

    /// `nil` if the artifacts in the commit message do not give the freight id in that message.
    private func record(of piece: CommitStory.Piece, commit: CommitRecord, branch: String) -> FreightRecord? {
        guard let warehouse = project.warehouses[piece.warehouse],
            stage.requestedFreight.contains(where: { $0.warehouse == piece.warehouse }),
            let artifacts = piece.artifacts(of: warehouse.subscriptions)
        else { return nil }
        let id = FreightIdentity.id(origin: warehouse.key, artifacts: artifacts, sha1: core.ports.sha1)
        guard id.short == piece.shortID else { return nil }
        return FreightRecord(
            freight: Freight(
                id: id,
                alias: piece.alias.isEmpty ? FreightAlias.make(id) { _ in false } : piece.alias,
                origin: warehouse.key,
                artifacts: artifacts,
                discoveredAt: commit.committedAt
            ),
            cause: "commit \(commit.id.short) of \(branch)"
        )
    }
}
