package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func why(stage key: StageKey, freight name: String?) async throws -> Explanation {
        var explanation = try await explain(key, freight: name)
        // This comes before all other reasons: without the store nothing can be promoted.
        if let obstacle = await core.ports.store.obstacle() {
            explanation.lines.insert(explanation.verdict, at: 0)
            explanation.verdict = "nothing can be promoted now: \(obstacle.message)"
            explanation.hint = obstacle.hint
        }
        return explanation
    }

    private func explain(_ key: StageKey, freight name: String?) async throws -> Explanation {
        let (stage, project) = try find(key)
        let maker = await maker()
        let state = maker.state
        let auto = AutoPromotion.of(stage, in: project, matcher: core.ports.matcher)
        let undecided = try await undecided(before: stage)
        guard let name else {
            var explanation = try await newest(stage, auto: auto, maker: maker)
            explanation.lines += undecided
            return explanation
        }
        let record = try Self.find(name, project: key.project, state: state)
        let availability = core.decider.dispatch.availability(of: record, to: stage, state)
        var lines = [
            "freight \(record.freight.alias) (\(record.freight.id.short)): \(record.freight.summary), from \(record.cause)",
            availability.isAvailable ? "available: \(availability.reason)" : "not available: \(availability.reason)",
            auto.reason,
        ]
        lines += try await history(of: record.freight.id, stage: key, state: state)
        lines += notes(on: stage, state: state) + health(of: stage, state: state)
        if let wait = Verification.wait(of: record, in: stage, state) {
            lines.append("freight \(record.freight.alias) is not verified in \(key.name) yet: \(wait)")
        }
        if let failed = record.failedIn?[key.name] { lines.append(Self.sentence(on: failed, of: record, in: key)) }
        let present = state.stages[key]
        let isLost = present?.history.first?.items[record.freight.origin.name] == record.freight.id
        lines += looks(for: stage, state: state) + core.refreshLines(for: key)
        let own = core.decider.dispatch.verdict(on: record, for: stage, auto: auto, state: state)
        let verdict = maker.verdicts(on: stage).first {
            $0.warehouse == record.freight.origin.name
        }
        if let verdict, verdict.freight != record.key {
            lines.append("automatic promotion would take other freight: \(verdict.reason)")
        }
        return Explanation(
            stage: key.description,
            freight: record.freight.id.text,
            verdict: state.stages[key]?.current(of: record.freight.origin.name) == record.freight.id
                ? Dispatch.sentence(on: present?.history.first, freight: record.freight, stage: key)
                : isLost
                    ? present?.lost.map {
                        let drift = state.branches[$0.branch]?.drift
                        return Dispatch.sentence(on: $0, freight: record.freight.alias, stage: key, drift: drift)
                    } ?? ""
                    : verdict?.freight == record.key ? verdict?.reason ?? availability.reason : availability.reason,
            lines: lines + undecided,
            hint: state.openPromotions(of: key).contains { $0.freight == record.freight.id }
                ? nil : hint(for: availability, auto: auto, stage: key, alias: record.freight.alias),
            verdicts: [own].compactMap { $0.map(maker.view) }
        )
    }

    private func newest(_ stage: Stage, auto: AutoPromotion, maker: ViewMaker) async throws -> Explanation {
        let state = maker.state
        let verdicts = maker.verdicts(on: stage)
        var lines = verdicts.map { "\($0.warehouse): \($0.reason)" } + maker.drift(of: stage)
        for line in maker.lost(of: stage) where !lines.contains(where: { $0.contains(line) }) {
            lines.append(line)
        }
        if !lines.contains(where: { $0.contains(auto.reason) }) { lines.append(auto.reason) }
        for id in Set(verdicts.compactMap(\.freight)).sorted(by: { $0.id.text < $1.id.text }) {
            lines += try await history(of: id.id, stage: stage.key, state: state)
        }
        lines += notes(on: stage, state: state) + health(of: stage, state: state)
        lines += verification(in: stage, state: state) + looks(for: stage, state: state)
        lines += core.refreshLines(for: stage.key)
        return Explanation(
            stage: stage.key.description,
            freight: verdicts.first?.freight?.id.text,
            verdict: verdicts.flatMap { [$0.reason] + newer(than: $0, stage: stage, state: state) }
                .joined(separator: "; "),
            lines: lines,
            verdicts: verdicts.map(maker.view)
        )
    }

    /// Freight that is newer than the stage's, and why it is not there.
    private func newer(than verdict: Dispatch.Verdict, stage: Stage, state: PipelineState) -> [String] {
        let warehouse = WarehouseKey(project: stage.key.project, name: verdict.warehouse)
        guard verdict.kind == .alreadyThere, let newest = state.freight(of: warehouse).first,
            newest.key != verdict.freight
        else { return [] }
        let why = core.decider.dispatch.availability(of: newest, to: stage, state).reason
        return ["newer freight \(newest.freight.alias) is not available to \(stage.key.name): \(why)"]
    }

    /// Parts of the stage's freight that were not delivered to it.
    private func notes(on stage: Stage, state: PipelineState) -> [String] {
        guard let record = state.stages[stage.key], record.lost == nil, let collection = record.history.first else {
            return []
        }
        return collection.items.keys.sorted().flatMap { warehouse in
            ViewMaker.notes(on: warehouse, of: collection).map { "freight of \(warehouse) in \(stage.key.name): \($0)" }
        }
    }

    /// The health of the stage, and of each Application that is not healthy.
    private func health(of stage: Stage, state: PipelineState) -> [String] {
        let open = state.openPromotions(of: stage.key).first
        let health = StageHealth(of: stage.key, open: open, in: state)
        guard let status = health.status else { return [] }
        let since = health.since.map { " since \($0.rfc3339)" } ?? ""
        let why = health.reason.isEmpty ? "" : ": \(health.reason)"
        return ["\(stage.key.name) is \(status.rawValue)\(since)\(why)"]
            + health.applications.filter { $0.status != .healthy }.map { one in
                "  \(one.cluster): \(one.namespace)/\(one.name) is \(one.status.rawValue) since \(one.since.rfc3339): "
                    + one.reason
            }
    }

    /// Which verification the stage's freight waits for, and what was marked as bad.
    private func verification(in stage: Stage, state: PipelineState) -> [String] {
        let items = (state.stages[stage.key]?.history.first?.items ?? [:]).sorted { $0.key < $1.key }
        return items.compactMap { _, id in
            guard let freight = state.freight[FreightKey(project: stage.key.project, id: id)] else { return nil }
            if let failed = freight.failedIn?[stage.key.name] {
                return Self.sentence(on: failed, of: freight, in: stage.key)
            }
            return Verification.wait(of: freight, in: stage, state).map {
                "freight \(freight.freight.alias) is not verified in \(stage.key.name) yet: \($0)"
            }
        }
    }

    private static func sentence(
        on failed: FreightRecord.FailedVerification,
        of record: FreightRecord,
        in stage: StageKey
    ) -> String {
        "the verification of freight \(record.freight.alias) in \(stage.name) failed at \(failed.failedAt.rfc3339), "
            + "says token \(failed.actor): \(failed.reason); it is not available to the stages after it"
    }

    /// Why newer freight is missing: criteria that exclude it, failed looks, skipped tags.
    private func looks(for stage: Stage, state: PipelineState) -> [String] {
        let now = core.ports.clock.now()
        return stage.requestedFreight.flatMap { request -> [String] in
            let key = WarehouseKey(project: stage.key.project, name: request.warehouse)
            let held = state.warehouses[key]?.heldBack.map {
                ["\($0.sentence(warehouse: key.name)), since \($0.since.rfc3339)"]
            }
            return (held ?? []) + looks(at: key, now: now)
        }
    }

    private func looks(at key: WarehouseKey, now: Timestamp) -> [String] {
        guard let entry = core.looks[key] else { return ["warehouse \(key.name): no look has ended yet"] }
        let at = entry.endedAt?.rfc3339 ?? "?"
        let next = entry.next.map { "; the next look is \(NextTry.text($0, now: now))" } ?? ""
        guard entry.failures.isEmpty else {
            return entry.failures.map { "warehouse \(key.name): the look at \(at) failed: \($0)\(next)" }
        }
        let skipped = entry.skipped.isEmpty ? "" : "; skipped: \(Listing.text(entry.skipped))"
        return ["warehouse \(key.name): the last look was at \(at)\(next)\(skipped)"]
    }

    private func history(of freight: FreightID, stage: StageKey, state: PipelineState) async throws -> [String] {
        let now = core.ports.clock.now()
        let queue = state.openPromotions(of: stage)
        let finished = state.finishedPromotions(of: freight, to: stage).prefix(3).map(KnownPromotion.ended)
        return
            (queue.filter { $0.freight == freight } + (try await core.wholes(of: finished)))
            .flatMap { promotion in
                let told = promotion.message.isEmpty ? promotion.turn(in: queue) ?? "" : promotion.message
                let message = told.isEmpty ? "" : ": \(told)"
                let observed = promotion.mode == .observe ? " in observe mode" : ""
                let next = promotion.nextTry.map {
                    promotion.isWaiting
                        ? "; \(promotion.wakes ?? "it") looks again \(NextTry.text($0, now: now))"
                        : "; the next try is \(NextTry.text($0, now: now)), after "
                            + Listing.count(promotion.attempts, "attempt")
                }
                return ["promotion \(promotion.id)\(observed): \(promotion.phase.rawValue)\(message)\(next ?? "")"]
                    + (promotion.warnings ?? []).map { "  warning: \($0)" }
            }
    }

    private func hint(for availability: Availability, auto: AutoPromotion, stage: StageKey, alias: String) -> String? {
        guard availability.isAvailable else { return "`hoistway approve \(stage) \(alias)` lets it through" }
        return auto.isEnabled ? nil : "`hoistway promote \(stage) \(alias)`"
    }
}
