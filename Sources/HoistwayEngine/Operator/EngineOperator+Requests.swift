package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func promote(
        stage key: StageKey,
        freight name: String,
        consent: PromotionConsent,
        actor: String
    ) async throws -> PromotionView {
        let (stage, project) = try find(key)
        try Self.requireSteps(stage)
        let accepted = try AcceptedDifferences(consent.accept)
        let kept = try consent.preview.map { try engine.previews.ended($0, of: key, now: core.ports.clock.now()) }
        let record = try await core.transact { transaction, core in
            let freight = try Self.find(name, project: key.project, state: transaction.state)
            let now = core.ports.clock.now()
            let reason = try Self.availability(of: freight, to: stage, core: core, state: transaction.state)
            let previewed = try kept?.consent(to: freight.freight, accepted: accepted.digests)
            if let open = transaction.state.openPromotions(of: key).first(where: { $0.freight == freight.freight.id }) {
                throw OperatorFailure.nothingToDo(
                    "promotion \(open.id) of freight \(freight.freight.alias) is \(open.phase.rawValue.lowercased())"
                )
            }
            var record = core.decider.newPromotion(
                of: freight.freight,
                to: stage,
                in: project,
                actor: actor,
                reason: "asked for by token \(actor); \(reason)",
                state: transaction.state
            )
            record.acceptedTree = accepted.tree
            record.acceptedDifferences = accepted.digests.isEmpty ? nil : accepted.digests
            record.previewed = previewed
            transaction.put(.putPromotion(record))
            let seen = previewed.map { " as preview \($0.preview) showed it" } ?? ""
            transaction.audit.append(
                AuditRecord(
                    at: now,
                    actor: actor,
                    action: "promote",
                    detail: "\(record.id) of \(freight.freight.id)\(seen)",
                    project: key.project,
                    object: AuditObject(.promotion, record.id.text)
                )
            )
            return record
        }
        if let kept { engine.previews.promoted(kept.id, to: record.id) }
        return view(of: record, state: await core.ledger.snapshot)
    }

    static func requireSteps(_ stage: Stage) throws(OperatorFailure) {
        guard stage.promotion == .controlFlow else { return }
        throw .invalid("\(stage.key) has no promotion steps: freight passes through it by itself")
    }

    /// Why the freight is available to the stage; throws if it is not.
    static func availability(
        of freight: FreightRecord,
        to stage: Stage,
        core: EngineCore,
        state: PipelineState
    ) throws(OperatorFailure) -> String {
        let availability = core.decider.dispatch.availability(of: freight, to: stage, state)
        guard availability.isAvailable else {
            throw OperatorFailure.denied(
                "freight \(freight.freight.alias) is not available to \(stage.key): \(availability.reason)",
                hint: "promote it upstream first, or `hoistway approve \(stage.key) \(freight.freight.alias)`"
            )
        }
        return availability.reason
    }

    package func abort(promotion id: PromotionID, actor: String) async throws -> PromotionView {
        let record = try await core.transact { transaction, core in
            guard let known = transaction.state.promotions[id] else {
                throw OperatorFailure.notFound("no promotion \(id)")
            }
            guard let record = known.open else {
                throw OperatorFailure.nothingToDo("promotion \(id) is \(known.phase.rawValue.lowercased()) already")
            }
            if let earlier = record.abortedBy, record.nextTry == nil {
                throw OperatorFailure.nothingToDo("\(earlier) has already requested the abort of promotion \(id)")
            }
            let now = core.ports.clock.now()
            let stage = core.configuration.pipelines.stage(record.stage)
            // On a second request, effects that cannot be checked are ignored, for example a push to a repository that
            // no longer exists.
            transaction.put(
                record.abortedBy == nil
                    ? Abort.changes(record, by: "token \(actor)", stage: stage, state: transaction.state, now: now)
                    : Abort.end(of: record, stage: stage, state: transaction.state, now: now)
            )
            transaction.audit.append(
                AuditRecord(
                    at: now,
                    actor: actor,
                    action: "abort",
                    detail: id.text,
                    project: record.stage.project,
                    object: AuditObject(.promotion, id.text)
                )
            )
            return transaction.whole(id) ?? record
        }
        return view(of: record, state: await core.ledger.snapshot)
    }

    package func approve(stage key: StageKey, freight name: String, actor: String) async throws -> FreightView {
        let (stage, _) = try find(key)
        let record = try await core.transact { transaction, core in
            var record = try Self.find(name, project: key.project, state: transaction.state)
            guard stage.requestedFreight.contains(where: { $0.warehouse == record.freight.origin.name }) else {
                throw OperatorFailure.invalid(
                    "\(key) does not ask for freight of warehouse \(record.freight.origin.name)"
                )
            }
            let now = core.ports.clock.now()
            record.approvedFor[key.name] = FreightRecord.Approval(approvedAt: now, actor: actor)
            transaction.put(.putFreight(record))
            transaction.audit.append(
                AuditRecord(
                    at: now,
                    actor: actor,
                    action: "approve",
                    detail: "\(record.freight.id) for \(key)",
                    project: key.project,
                    object: AuditObject(.freight, record.freight.id.text)
                )
            )
            return record
        }
        return await maker().view(of: record)
    }

    package func adopt(stage key: StageKey, preview: Bool, actor: String) async throws -> [String] {
        let (stage, _) = try find(key)
        if let pause = await core.ledger.snapshot.stages[key]?.pause(.lostState) {
            throw OperatorFailure.denied(
                "what is in \(key) is not known: \(pause.reason)",
                hint: "`hoistway adopt \(key) --from-branches` takes the stage's freight from its branches"
            )
        }
        let tips = try await core.tips(of: stage) + core.mergeTargets(of: stage)
        var adopted: [(BranchKey, ObjectID)] = []
        var lines: [String] = []
        for place in tips {
            // A deleted branch is accepted too, if it was recorded before: the next promotion makes it again.
            let known = await core.ledger.snapshot.branches[place.key]
            guard let head = place.tip ?? known.map({ _ in ObjectID.zero }) else { continue }
            adopted.append((place.key, head))
            lines += try await AdoptionReport(core: core, place: place, known: known).lines()
        }
        guard !adopted.isEmpty else {
            throw OperatorFailure.nothingToDo("none of the branches that \(key) writes exists yet")
        }
        guard !preview else { return lines }
        let heads = adopted.sorted { $0.0.description < $1.0.description }
        try await core.transact { transaction, core in
            for (branch, head) in heads {
                var record = transaction.state.branches[branch] ?? BranchRecord(key: branch, head: head)
                record.adopted = head.isZero ? nil : head
                if head.isZero { record.head = .zero }
                record.drift = nil
                transaction.put(.putBranch(record))
                transaction.audit.append(
                    AuditRecord(
                        at: core.ports.clock.now(),
                        actor: actor,
                        action: "adopt",
                        detail: "\(head) of \(branch)",
                        project: key.project,
                        object: AuditObject(.stage, key.name)
                    )
                )
            }
            if var record = transaction.state.stages[key], record.pause(.twoWriters) != nil {
                record.endPause(.twoWriters)
                transaction.put(.putStage(record))
            }
        }
        for place in tips { await checkForFreight(at: place) }
        return lines
    }

    /// After the adoption, stages may have lost their freight, or may have it again.
    private func checkForFreight(at place: WrittenTip) async {
        do {
            try await FreightWatch(core: core, remote: place.remote, branch: place.key).check(at: place.tip, .asLeft)
        } catch {
            core.report(
                error,
                "an adopted branch cannot be looked at for the freight of its stages; it is looked at again"
            )
            core.branchNews.tellAll()
        }
    }

    package func refresh(warehouse key: WarehouseKey, actor: String) async throws -> WarehouseView {
        guard let warehouse = pipelines.projects[key.project]?.warehouses[key.name] else {
            throw OperatorFailure.notFound("no warehouse \(key)")
        }
        let object = AuditObject(.warehouse, key.name)
        try await audit("refresh", actor: actor, detail: key.description, project: key.project, object: object)
        let look = try await core.discover(warehouse, cause: "refresh by token \(actor)")
        guard look.failures.isEmpty else { throw OperatorFailure.outside(look.failures.joined(separator: "; ")) }
        return view(of: warehouse, state: await core.ledger.snapshot)
    }

    func find(_ key: StageKey) throws(OperatorFailure) -> (Stage, Project) {
        guard let project = pipelines.projects[key.project] else {
            throw OperatorFailure.notFound("no project \(key.project)")
        }
        guard let stage = project.stages[key.name] else {
            let names = project.stages.keys.sorted().joined(separator: ", ")
            throw OperatorFailure.notFound("project \(key.project) has no stage \(key.name), but \(names)")
        }
        return (stage, project)
    }

    /// By alias, id, or the beginning of an id of at least four digits.
    ///
    /// Each may have the name of its project and a slash in front, as in lists.
    static func find(
        _ text: String,
        project: String,
        state: PipelineState
    ) throws(OperatorFailure) -> FreightRecord {
        let place = project + "/"
        let name = text.hasPrefix(place) ? String(text.dropFirst(place.count)) : text
        let named = state.freight(named: name, in: project).first
        if let exact = state.freight[FreightKey(project: project, id: FreightID(name))] ?? named { return exact }
        let begun =
            name.count >= 4
            ? state.freight(ofProject: project).filter { $0.freight.id.text.hasPrefix(name.lowercased()) } : []
        guard let only = begun.first else {
            throw OperatorFailure.notFound("project \(project) has no freight \(name)")
        }
        guard begun.count == 1 else {
            throw OperatorFailure.ambiguous("\(begun.count) pieces of freight begin with \(name): write more of it")
        }
        return only
    }
}

/// Differences that a person accepts although they exceed a stage's limits.
struct AcceptedDifferences: Sendable {
    /// One for each branch.
    static let maxDigests = 50

    var digests: [String] = []
    /// The accepted tree of a branch, if more files differ than are compared; earlier versions used it in other cases
    /// too.
    var tree: ObjectID?

    init(_ texts: [String]) throws(OperatorFailure) {
        guard texts.count <= Self.maxDigests else {
            throw .invalid("more than \(Self.maxDigests) differences cannot be accepted at once")
        }
        for text in texts {
            if ChangedFile.isDigest(text) {
                digests.append(text)
            } else if let id = ObjectID(text), tree == nil {
                tree = id
            } else {
                throw .invalid("\(ShownText.quoted(text)) is not the digest of a difference: 64 hexadecimal digits")
            }
        }
    }
}
