package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func promoteCandidate(
        stage key: StageKey,
        warehouse: String,
        consent: PromotionConsent,
        actor: String
    ) async throws -> PromotionView {
        let (stage, _) = try find(key)
        let maker = await maker()
        let verdicts = maker.verdicts(on: stage)
        guard let verdict = verdicts.first(where: { $0.warehouse == warehouse }) else {
            let names = stage.requestedFreight.map(\.warehouse).joined(separator: ", ")
            throw OperatorFailure.invalid("\(key) does not ask for freight of warehouse \(warehouse), but of \(names)")
        }
        guard let freight = verdict.freight, verdict.kind != .notAvailable else {
            throw OperatorFailure.nothingToDo(verdict.reason)
        }
        return try await promote(stage: key, freight: freight.id.text, consent: consent, actor: actor)
    }

    package func promoteDownstream(
        of key: StageKey,
        freight name: String,
        actor: String
    ) async throws -> [PromotionView] {
        let (_, project) = try find(key)
        let records = try await core.transact { transaction, core in
            let freight = try Self.find(name, project: key.project, state: transaction.state)
            let stages = project.stages.values.filter { stage in
                stage.promotion != .controlFlow
                    && stage.requestedFreight.contains {
                        $0.warehouse == freight.freight.origin.name && $0.stages.contains(key.name)
                    }
            }
            .sorted { $0.key.name < $1.key.name }
            guard !stages.isEmpty else {
                throw OperatorFailure.nothingToDo(
                    "no stage with steps takes freight of warehouse \(freight.freight.origin.name) from \(key)"
                )
            }
            var records: [PromotionRecord] = []
            for stage in stages {
                let availability = core.decider.dispatch.availability(of: freight, to: stage, transaction.state)
                guard availability.isAvailable else {
                    throw OperatorFailure.denied(
                        "nothing is promoted: freight \(freight.freight.alias) is not available to \(stage.key): "
                            + availability.reason,
                        hint: "promote it upstream first, or `hoistway approve \(stage.key) \(freight.freight.alias)`"
                    )
                }
                let open = transaction.state.openPromotions(of: stage.key)
                guard !open.contains(where: { $0.freight == freight.freight.id }) else { continue }
                let record = core.decider.newPromotion(
                    of: freight.freight,
                    to: stage,
                    in: project,
                    actor: actor,
                    reason: "asked for downstream of \(key.name) by token \(actor); \(availability.reason)",
                    state: transaction.state
                )
                transaction.put(.putPromotion(record))
                transaction.audit.append(
                    AuditRecord(
                        at: core.ports.clock.now(),
                        actor: actor,
                        action: "promote",
                        detail: "\(record.id) of \(freight.freight.id)",
                        project: key.project,
                        object: AuditObject(.promotion, record.id.text)
                    )
                )
                records.append(record)
            }
            guard !records.isEmpty else {
                throw OperatorFailure.nothingToDo(
                    "freight \(freight.freight.alias) is on its way to every stage downstream of \(key) already"
                )
            }
            return records
        }
        let state = await core.ledger.snapshot
        return records.map { view(of: $0, state: state) }
    }

    package func refresh(stage key: StageKey, actor: String) async throws -> StageView {
        let (stage, _) = try find(key)
        let object = AuditObject(.stage, key.name)
        try await audit("refresh", actor: actor, detail: key.description, project: key.project, object: object)
        let survey = BranchSurvey(core: core)
        guard try await survey.checkNewStages([key]) == 0 else {
            throw OperatorFailure.outside("the branches of \(key) could not be looked at: see `hoistway why \(key)`")
        }
        try await survey.checkKnownBranches(
            of: Set(stage.writtenBranches.compactMap { RepositoryKey(url: $0.repoURL) })
        )
        // An empty transaction makes the dispatcher decide: freight that is now available is promoted.
        try await core.transact { _, _ in }
        return try await self.stage(key)
    }
}
