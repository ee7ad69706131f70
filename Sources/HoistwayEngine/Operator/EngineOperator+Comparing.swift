package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    /// Compares what observed promotions of the stage would have pushed with what others have pushed.
    package func compare(stage key: StageKey, since: Timestamp) async throws -> ComparisonView {
        let (stage, _) = try find(key)
        guard stage.promotion != .controlFlow else {
            throw OperatorFailure.invalid("\(key) writes no branches: freight passes through it by itself")
        }
        let state = await core.ledger.snapshot
        let promotions = state.promotions(of: key).filter {
            $0.mode == .observe && $0.phase.isTerminal && $0.createdAt >= since
        }
        let observed = promotions.flatMap { promotion in
            promotion.arrivals.flatMap { outcome in
                (outcome.images ?? []).map { image in
                    Comparison.Observed(
                        promotion: promotion.id,
                        at: promotion.finishedAt ?? promotion.createdAt,
                        branch: outcome.branch,
                        image: image
                    )
                }
            }
        }
        let history = ForeignHistory(core: core, stage: stage, since: since)
        let (pushed, isCut) = try await history.read()
        let rows = Comparison.rows(observed: observed, pushed: pushed)
        return ComparisonView(
            stage: key.description,
            since: since,
            counts: Dictionary(grouping: rows, by: \.verdict.rawValue).mapValues(\.count),
            rows: rows,
            isCut: isCut
        )
    }
}
