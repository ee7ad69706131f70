/// Another program that commits to a branch what a stage commits there.
///
/// Two programs that commit the same images would undo each other's work without end.
package struct SecondWriter: Sendable, Equatable {
    /// As people call it.
    package var name: String
    package var commit: ForeignCommit

    package init(name: String, commit: ForeignCommit) {
        self.name = name
        self.commit = commit
    }

    /// Who is to be suspected, by the newest commit of a program that is known for it; `nil`: nobody.
    ///
    /// It is a second writer of a stage only if what the stage edits has changed since: whoever asks looks at that.
    package static func suspect(in standing: BranchStanding) -> SecondWriter? {
        guard case .ahead(let commits) = standing else { return nil }
        return commits.lazy.compactMap { commit in
            commit.writer.map { SecondWriter(name: $0, commit: commit) }
        }.first
    }

    /// Pauses the stage: nothing tells which of the two is right.
    package func objection(branch: String, stage: StageKey) -> PushGuard.Objection {
        let isHoistways = OtherWriters.isHoistway(name)
        let restore =
            isHoistways
            ? "; if this state was restored from a backup, `hoistway adopt \(stage) --from-branches` takes over what the "
                + "branches say" : ""
        return PushGuard.Objection(
            "two writers: \(name) commits to \(branch) what this stage commits (\(commit.summary)): stop one of them, "
                + "then `hoistway adopt \(stage)`\(restore)",
            .twoWriters,
            pause: .twoWriters,
            isHoistways: isHoistways
        )
    }
}
