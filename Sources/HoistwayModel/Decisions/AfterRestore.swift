/// What a state must forget before it may be gone on with, once it has come out of a backup.
///
/// What was open when the backup was made has gone on since, and nobody knows how: a promotion that a person asked
/// for then could put back today what is newer, and no rule against downgrades holds for it. So nothing of it runs.
/// Automatic promotions are decided again by the events that come, under all rules. Intents of pushes stay: they tell
/// which of the commits on the branches are ours.
package enum AfterRestore {
    package static func changes(in state: PipelineState, backupMadeAt: Timestamp, now: Timestamp) -> [Change] {
        ended(in: state, backupMadeAt: backupMadeAt, now: now)
            + unknown(in: state, backupMadeAt: backupMadeAt, now: now)
    }

    /// What is in a stage is what its branches say: they may have gone on since, or back.
    private static func unknown(in state: PipelineState, backupMadeAt: Timestamp, now: Timestamp) -> [Change] {
        state.stages.values
            .filter { $0.pause(.notLooked) == nil }
            .sorted { $0.key.description < $1.key.description }
            .map { record in
                var record = record
                record.put(
                    StageRecord.Pause(
                        kind: .notLooked,
                        reason:
                            "the state was restored from a backup of \(backupMadeAt.rfc3339), and its branches have not "
                            + "been looked at since",
                        since: now
                    )
                )
                return .putStage(record)
            }
    }

    private static func ended(in state: PipelineState, backupMadeAt: Timestamp, now: Timestamp) -> [Change] {
        state.openPromotions.map { open in
            var aborted = open
            aborted.phase = .aborted
            aborted.message =
                "the state was restored from a backup of \(backupMadeAt.rfc3339), when this promotion was open; what became "
                + "of it since is not known"
            aborted.finishedAt = now
            aborted.nextTry = nil
            return .putPromotion(aborted)
        }
    }
}
