package import HoistwayModel
import HoistwayPorts

extension EngineOperator {
    /// Restores what the commits on the stage's branches show, after the state was lost.
    package func restore(stage key: StageKey, actor: String) async throws -> [String] {
        let (stage, project) = try find(key)
        guard stage.promotion != .controlFlow else {
            throw OperatorFailure.invalid("\(key) writes no branches: freight passes through it by itself")
        }
        let known = await core.ledger.snapshot.stages[key]
        let isOpen = known?.pauses.contains(where: \.canBeRestored) == true || known?.lost != nil
        if !isOpen, await maker().drift(of: stage).isEmpty, let current = known?.history.first {
            throw OperatorFailure.nothingToDo(
                "the freight of \(key) is known since promotion \(current.promotion): nothing is restored"
            )
        }
        let found = try await BranchRestoration(core: core, stage: stage, project: project).find()
        guard !found.branches.isEmpty else {
            throw OperatorFailure.nothingToDo("none of the branches that \(key) writes exists")
        }
        try await core.transact { transaction, core in
            let now = core.ports.clock.now()
            var record = transaction.state.stages[key] ?? StageRecord(key: key)
            // The branches were fully read; commits of an updater other than Hoistway are for `adopt`.
            for pause in record.pauses where pause.kind == .notLooked || pause.canBeRestored {
                record.endPause(pause.kind)
            }
            let before = Set((record.history.first?.items ?? [:]).values)
            for id in before.subtracting(found.collection.map { $0.items.values } ?? [:].values) {
                guard var freight = transaction.state.freight[FreightKey(project: key.project, id: id)] else {
                    continue
                }
                freight.currentlyIn[key.name] = nil
                transaction.put(.putFreight(freight))
            }
            record.history = found.collection.map { [$0] } ?? []
            record.lastPromotion = found.collection?.promotion
            record.lost = nil
            transaction.put(.putStage(record))
            let items = found.collection.map { Set($0.items.values) } ?? []
            for restored in found.freight where items.contains(restored.freight.id) {
                var freight = transaction.state.freight[restored.key] ?? restored
                let since = found.collection?.at ?? now
                freight.currentlyIn[key.name] = since
                // Its Applications are no longer recorded: their health with this freight is not known.
                if !stage.hasVerification, !core.updatesApplications(stage) {
                    freight.verifiedIn[key.name] = FreightRecord.Verification(verifiedAt: since)
                }
                transaction.put(.putFreight(freight))
            }
            for (branch, head) in found.branches {
                var known = transaction.state.branches[branch] ?? BranchRecord(key: branch, head: head)
                known.move(to: head)
                known.adopted = head
                known.drift = nil
                transaction.put(.putBranch(known))
            }
            transaction.audit.append(
                AuditRecord(
                    at: now,
                    actor: actor,
                    action: "adopt from branches",
                    detail: "\(key): \(found.branches.map { "\($0.key) at \($0.head)" }.joined(separator: ", "))",
                    project: key.project,
                    object: AuditObject(.stage, key.name)
                )
            )
        }
        return found.lines
    }
}
