import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Compares a branch with the last pushed commit, and reads no more of its history than necessary.
struct BranchWatch: Sendable {
    /// How far back commits of others are looked at.
    static let maxHistory = 100

    let remote: any GitRemote

    func standing(of tip: ObjectID?, known: BranchRecord?) async throws -> BranchStanding {
        var question = BranchStanding.question(tip: tip, known: known, tipCommit: nil)
        guard case .history = question, let tip, let known else { return try answered(question) }
        // The tip is read first: often others have added just one commit.
        let commit = try await remote.commit(tip)
        question = BranchStanding.question(
            tip: tip,
            known: known,
            tipCommit: (commit.parents, Self.foreign(commit))
        )
        guard case .history(let until) = question else { return try answered(question) }
        let history = try await remote.history(from: tip, until: until, limit: Self.maxHistory)
        return BranchStanding.answer(
            tip: tip,
            known: known,
            commits: history.map { ($0.parents, Self.foreign($0)) },
            isComplete: history.count < Self.maxHistory
        )
    }

    private func answered(_ question: BranchStanding.Question) throws -> BranchStanding {
        guard case .answered(let standing) = question else {
            preconditionFailure("a history is asked for only where there is a tip and a known head")
        }
        return standing
    }

    static func foreign(_ commit: CommitRecord) -> ForeignCommit {
        ForeignCommit(
            id: commit.id,
            author: commit.author,
            subject: String((commit.message.split(whereSeparator: \.isNewline).first ?? "").prefix(80)),
            writer: OtherWriters.writer(author: commit.author, message: commit.message)
        )
    }

    /// Another program that has changed one of the files since Hoistway's last push.
    ///
    /// Reads nothing if no commit is by a program.
    func secondWriter(
        _ standing: BranchStanding,
        of files: [String],
        since left: ObjectID?,
        at tip: ObjectID?
    ) async throws -> SecondWriter? {
        guard let suspect = SecondWriter.suspect(in: standing), let left, !left.isZero, let tip, !tip.isZero else {
            return nil
        }
        return try await haveChanged(files, since: left, at: tip) ? suspect : nil
    }

    /// Pauses the other stages whose images another program has changed on the branch, before `stage` pushes to it.
    ///
    /// After that push nothing shows that the other program wrote there.
    func noteOthers(
        _ standing: BranchStanding,
        of stage: StageKey,
        known: BranchRecord?,
        at tip: ObjectID?,
        core: EngineCore
    ) async throws {
        guard SecondWriter.suspect(in: standing) != nil, let known else { return }
        let files = Dictionary(grouping: core.editedFiles(on: known.key), by: \.stage)
        for (other, files) in files.sorted(by: { $0.key.name < $1.key.name }) where other != stage {
            guard core.promotes(other),
                let writer = try await secondWriter(standing, of: files.map(\.file), since: known.head, at: tip)
            else { continue }
            let objection = writer.objection(branch: known.key.branch, stage: other)
            try await core.note(standing, of: known.key, objection: objection, stage: other)
        }
    }

    private func haveChanged(_ files: [String], since left: ObjectID, at tip: ObjectID) async throws -> Bool {
        let before = try await remote.commit(left).tree
        let after = try await remote.commit(tip).tree
        guard before != after else { return false }
        // An empty path is the whole tree.
        if files.contains("") { return true }
        for file in files {
            let path = TreePath(GitPath(file))
            if try await path.entry(in: before, remote)?.id != path.entry(in: after, remote)?.id { return true }
        }
        return false
    }
}
