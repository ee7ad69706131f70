package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func retryPromotions(
        _ ids: [PromotionID]?,
        project: String?,
        failedOnly: Bool,
        actor: String
    ) async throws -> [RetriedPromotion] {
        // Read before the transaction: with thousands of stages, other transactions would wait.
        let found = ids == nil ? try await newestToRetry(project: project, failedOnly: failedOnly) : []
        return try await core.transact(whole: ids ?? []) { transaction, core in
            if let project, core.configuration.pipelines.projects[project] == nil {
                throw OperatorFailure.notFound("no project \(project)")
            }
            // A promotion that has failed since then is retried at the next request.
            let chosen =
                try ids.map { try $0.map { try Self.known($0, in: transaction) } }
                ?? found.compactMap { Self.unchanged($0, in: transaction.state) }
            var lines: [RetriedPromotion] = []
            for record in chosen {
                let line = Self.retry(record, actor: actor, in: &transaction, core: core)
                lines.append(line)
                guard line.started != nil else { continue }
                transaction.audit.append(
                    AuditRecord(
                        at: core.ports.clock.now(),
                        actor: actor,
                        action: "retry promotion",
                        detail: "\(record.id): \(line.detail)",
                        project: record.stage.project,
                        object: AuditObject(.promotion, line.started ?? record.id.text)
                    )
                )
            }
            return lines
        }
    }

    private static func known(_ id: PromotionID, in transaction: Ledger.Transaction) throws -> PromotionRecord {
        guard let record = transaction.whole(id) else { throw OperatorFailure.notFound("no promotion \(id)") }
        return record
    }

    /// The newest promotion of each stage, if it can be retried: older ones are no longer useful.
    private func newestToRetry(project: String?, failedOnly: Bool) async throws -> [PromotionRecord] {
        let pipelines = core.configuration.pipelines
        let stages = project.map { pipelines.projects[$0]?.stagesInOrder ?? [] } ?? pipelines.stagesInOrder
        let state = await core.ledger.snapshot
        let newest = stages.compactMap { state.newestPromotions(of: $0.key).first { _ in true } }
        return try await core.wholes(of: newest.filter { Self.isRetried($0, failedOnly: failedOnly) })
    }

    /// The promotion in the present state; `nil` if it has ended, or is no longer the newest.
    private static func unchanged(_ read: PromotionRecord, in state: PipelineState) -> PromotionRecord? {
        guard let newest = state.newestPromotions(of: read.stage).first(where: { _ in true }), newest.id == read.id
        else {
            return nil
        }
        return newest.open ?? (read.phase.isTerminal ? read : nil)
    }

    private static func isRetried(_ promotion: KnownPromotion, failedOnly: Bool) -> Bool {
        switch promotion.phase {
        case .failed, .errored: true
        case .pending, .running: !failedOnly && promotion.open?.nextTry != nil
        case .succeeded, .aborted: false
        }
    }

    private static func retry(
        _ record: PromotionRecord,
        actor: String,
        in transaction: inout Ledger.Transaction,
        core: EngineCore
    ) -> RetriedPromotion {
        func line(_ started: PromotionID?, _ detail: String) -> RetriedPromotion {
            RetriedPromotion(
                project: record.stage.project,
                stage: record.stage.name,
                promotion: record.id.text,
                started: started?.text,
                detail: detail
            )
        }
        guard record.phase.isTerminal else {
            guard record.nextTry != nil else { return line(nil, "it is \(record.phase.rawValue.lowercased()) already") }
            var waiting = record
            waiting.nextTry = nil
            waiting.trouble = nil
            core.liftRefusals(of: record)
            transaction.put(.putPromotion(waiting))
            return line(record.id, "it is tried now")
        }
        guard record.phase != .succeeded else { return line(nil, "it has succeeded") }
        if let outdated = record.outdated {
            return line(nil, "its preview \(outdated.preview) is outdated: make another one, and promote from that")
        }
        guard let project = core.configuration.pipelines.projects[record.stage.project],
            let stage = project.stages[record.stage.name]
        else { return line(nil, "its stage is no longer in the manifests") }
        let key = FreightKey(project: record.stage.project, id: record.freight)
        guard let freight = transaction.state.freight[key] else {
            return line(nil, "its freight \(record.freight.short) is kept no longer")
        }
        if let open = transaction.state.openPromotions(of: record.stage).first(where: { $0.freight == record.freight })
        {
            return line(nil, "promotion \(open.id) of the same freight is \(open.phase.rawValue.lowercased()) already")
        }
        if let pause = transaction.state.stages[record.stage]?.heldUp.first {
            return line(nil, "the stage is paused: \(pause.reason); see `hoistway adopt \(record.stage)`")
        }
        let availability = core.decider.dispatch.availability(of: freight, to: stage, transaction.state)
        guard availability.isAvailable else {
            return line(nil, "freight \(freight.freight.alias) is not available to it: \(availability.reason)")
        }
        var started = core.decider.newPromotion(
            of: freight.freight,
            to: stage,
            in: project,
            actor: actor,
            reason: "retry of \(record.id), asked for by \(actor)",
            state: transaction.state
        )
        core.liftRefusals(of: record)
        started.acceptedTree = record.acceptedTree
        started.acceptedDifferences = record.acceptedDifferences
        started.previewed = record.previewed
        transaction.put(.putPromotion(started))
        return line(started.id, "freight \(freight.freight.alias) is promoted again")
    }
}

extension EngineCore {
    /// A person who retries has fixed the refusal: the login is not blocked for the rest of its minute.
    fileprivate func liftRefusals(of record: PromotionRecord) {
        for repository in Set(WaitedFor.all(of: record).map { RepositoryIdentity($0.url) }) {
            ports.remotes.liftRefusals(of: repository)
            ports.forges?.liftRefusals(of: repository)
        }
    }
}
