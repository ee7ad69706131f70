/// The changes that are necessary before a state from a backup can be used.
///
/// Promotions that were open in the backup have continued since, with an unknown result. A promotion that a person
/// requested then could replace newer freight today, and no rule against downgrades applies to it. So none of them
/// runs. Automatic promotions are decided again at the next events, by all rules. Push intents stay: they identify our
/// own commits on the branches.
package enum AfterRestore {
    package static func changes(in state: PipelineState, backupMadeAt: Timestamp, now: Timestamp) -> [Change] {
        ended(in: state, backupMadeAt: backupMadeAt, now: now)
            + unknown(in: state, backupMadeAt: backupMadeAt, now: now)
    }

    /// Pauses all stages: their content is the content of their branches, which may have moved forward or back since.
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
