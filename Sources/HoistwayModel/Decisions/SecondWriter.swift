/// Another program that commits the same changes to a branch as a stage.
///
/// Two such programs would undo each other's work again and again.
package struct SecondWriter: Sendable, Equatable {
    /// The name for people.
    package var name: String
    package var commit: ForeignCommit

    package init(name: String, commit: ForeignCommit) {
        self.name = name
        self.commit = commit
    }

    /// The suspected program, from the newest commit of a known program; `nil`: there is none.
    ///
    /// It is a second writer only if the files that the stage edits have changed since; the caller must check that.
    package static func suspect(in standing: BranchStanding) -> SecondWriter? {
        guard case .ahead(let commits) = standing else { return nil }
        return commits.lazy.compactMap { commit in
            commit.writer.map { SecondWriter(name: $0, commit: commit) }
        }.first
    }

    /// Pauses the stage, since it is not known which of the two is right.
    package func objection(branch: String, stage: StageKey) -> PushGuard.Objection {
        let isHoistways = OtherWriters.isHoistway(name)
        let restore =
            isHoistways
            ? "; if this state was restored from a backup, `hoistway adopt \(stage) --from-branches` takes the stage's "
                + "freight from its branches" : ""
        return PushGuard.Objection(
            "two writers: \(name) commits to \(branch) what this stage commits (\(commit.summary)): stop one of them, "
                + "then `hoistway adopt \(stage)`\(restore)",
            .twoWriters,
            pause: .twoWriters,
            isHoistways: isHoistways
        )
    }
}
