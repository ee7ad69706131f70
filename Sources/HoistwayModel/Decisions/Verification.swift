/// How freight is verified in its stage, which makes it available to the next stages.
package enum Verification {
    package enum Way: Sendable, Equatable {
        /// The promotion's success is enough.
        case atOnce
        /// As soon as the stage is healthy.
        case byHealth
        /// A person decides: the manifest requests a verification that is not executed.
        case byPerson
    }

    /// - Parameter hasApplications: whether the stage's health depends on Applications.
    package static func way(of stage: Stage, hasApplications: Bool) -> Way {
        guard !stage.hasVerification || stage.missingVerification == .health else { return .byPerson }
        return hasApplications ? .byHealth : .atOnce
    }

    package static func way(of stage: Stage, in state: PipelineState) -> Way {
        way(of: stage, hasApplications: state.applicationChecks(of: stage.key) != nil)
    }

    /// Freight in the stage that was delivered and is neither verified nor failed, in the order of the warehouses.
    package static func pending(in stage: StageKey, _ state: PipelineState) -> [FreightRecord] {
        guard let record = state.stages[stage], record.lost == nil, let collection = record.history.first else {
            return []
        }
        return collection.items.sorted { $0.key < $1.key }.compactMap { _, id in
            guard let freight = state.freight[stage, id], freight.verifiedIn[stage.name] == nil,
                freight.failedIn?[stage.name] == nil, freight.unverifiedIn?[stage.name] == nil,
                collection.undelivered(id) == nil
            else { return nil }
            return freight
        }
    }

    /// Verifies freight in a healthy stage that verifies by its health.
    ///
    /// A stage without Applications does so at the end of its promotion. Here it does so if its manifest, or our own
    /// file, has changed since.
    package static func changes(
        byHealthOf stage: Stage,
        health: StageHealth,
        _ state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        let hasApplications = state.applicationChecks(of: stage.key) != nil
        guard stage.promotion != .controlFlow, hasApplications || stage.hasVerification,
            way(of: stage, hasApplications: hasApplications) != .byPerson, health.status == .healthy
        else { return [] }
        return pending(in: stage.key, state).map { freight in
            var freight = freight
            freight.verify(in: stage.key.name, at: now, by: "its health")
            return .putFreight(freight)
        }
    }

    /// What unverified freight in the stage waits for, as part of a sentence; `nil`: the freight does not wait there.
    package static func wait(of freight: FreightRecord, in stage: Stage, _ state: PipelineState) -> String? {
        let name = stage.key.name
        guard pending(in: stage.key, state).contains(where: { $0.key == freight.key }) else { return nil }
        let health = StageHealth(of: stage.key, open: state.openPromotions(of: stage.key).first, in: state)
        let unhealthy = health.status.flatMap { $0 == .healthy ? nil : "\(name) is \($0.rawValue): \(health.reason)" }
        switch way(of: stage, in: state) {
        case .atOnce:
            return stage.hasVerification
                ? unhealthy : "`hoistway verify \(stage.key) \(freight.freight.alias)` verifies it"
        case .byHealth: return unhealthy ?? "\(name) is \(health.status?.rawValue ?? "unknown")"
        case .byPerson:
            let verify = "it waits for `hoistway verify \(stage.key) \(freight.freight.alias)`"
            guard state.applicationChecks(of: stage.key) != nil, let unhealthy else { return verify }
            return "\(verify), and \(unhealthy)"
        }
    }
}

/// A person's verdict on freight in a stage: `hoistway verify`.
package struct VerificationRequest: Sendable, Equatable {
    package enum Failure: Error, Equatable {
        case nothingThere(String)
        /// The second text says what to do instead.
        case denied(String, String)
        case meaningless(String)
    }

    package var stage: Stage
    /// `nil`: all freight in the stage.
    package var freight: FreightRecord?
    /// Why it failed; `nil`: it is verified.
    package var failure: String?
    package var actor: String

    package init(stage: Stage, freight: FreightRecord?, failure: String?, actor: String) {
        self.stage = stage
        self.freight = freight
        self.failure = failure
        self.actor = actor
    }

    /// The changed records of the freight; freight that already has this verdict is not changed.
    package func records(on state: PipelineState, now: Timestamp) throws(Failure) -> [FreightRecord] {
        let key = stage.key
        guard stage.promotion != .controlFlow else {
            throw .meaningless("\(key) has no promotion steps: freight passes through it by itself")
        }
        let record = state.stages[key]
        let present = (record?.history.first?.items ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        let records = freight.map { [$0] } ?? present.compactMap { state.freight[key, $0] }
        guard !records.isEmpty else { throw .nothingThere("no freight is in \(key)") }
        if let failure { return try records.map { one throws(Failure) in try failed(one, failure, state, now) } }
        for one in records { try check(one, record, state) }
        return records.map { one in
            guard one.verifiedIn[key.name] == nil || one.failedIn?[key.name] != nil else { return one }
            var one = one
            one.verify(in: key.name, at: now, by: "token \(actor)")
            return one
        }
    }

    /// Freight can only be verified in a healthy stage that contains it.
    private func check(_ one: FreightRecord, _ record: StageRecord?, _ state: PipelineState) throws(Failure) {
        let key = stage.key
        let alias = one.freight.alias
        let instead = "`hoistway approve STAGE \(alias)` makes it available to one stage without this"
        guard let collection = record?.history.first, collection.items.values.contains(one.freight.id) else {
            throw .denied("freight \(alias) is not in \(key): only what lies there can be verified", instead)
        }
        if let lost = record?.lost {
            throw .denied("freight \(alias) is no longer in \(key): \(lost.reason)", instead)
        }
        if let reason = collection.undelivered(one.freight.id) {
            throw .denied("freight \(alias) has not arrived in \(key): \(reason)", instead)
        }
        guard one.verifiedIn[key.name] == nil, state.applicationChecks(of: key) != nil else { return }
        let health = StageHealth(of: key, open: state.openPromotions(of: key).first, in: state)
        guard health.status == .healthy else {
            throw .denied(
                "\(key) is \(health.status?.rawValue ?? "unknown"), and verifies freight only while it is healthy: "
                    + health.reason,
                "wait until `hoistway get stages` shows it Healthy, or `hoistway approve STAGE \(alias)`"
            )
        }
    }

    /// Freight that was once in the stage may still be marked as failed.
    private func failed(
        _ one: FreightRecord,
        _ reason: String,
        _ state: PipelineState,
        _ now: Timestamp
    ) throws(Failure) -> FreightRecord {
        let name = stage.key.name
        let wasThere = (state.stages[stage.key]?.history ?? []).contains { $0.items.values.contains(one.freight.id) }
        guard wasThere || one.verifiedIn[name] != nil else {
            throw .meaningless("freight \(one.freight.alias) was never in \(stage.key)")
        }
        let reason = String(reason.prefix(FreightRecord.FailedVerification.maxReason))
        guard one.failedIn?[name]?.reason != reason else { return one }
        var one = one
        one.verifiedIn[name] = nil
        one.failedIn = (one.failedIn ?? [:]).merging(
            [name: FreightRecord.FailedVerification(failedAt: now, actor: actor, reason: reason)]
        ) { _, new in new }
        return one
    }
}
