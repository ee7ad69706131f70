import HoistwayModel
import HoistwayPorts

extension ViewMaker {
    func view(of record: FreightRecord) -> FreightView {
        let project = record.freight.origin.project
        let present = record.currentlyIn.keys.sorted().filter { name in
            let collection = state.stages[StageKey(project: project, name: name)]?.history.first
            return collection?.undelivered(record.freight.id) == nil
        }
        return FreightView(
            id: record.freight.id.text,
            alias: record.freight.alias,
            project: project,
            warehouse: record.freight.origin.name,
            artifacts: record.freight.artifacts.map(\.line),
            discoveredAt: record.freight.discoveredAt,
            cause: record.cause,
            currentlyIn: present,
            verifiedIn: record.verifiedIn.keys.sorted(),
            failedIn: record.failedIn,
            approvedFor: record.approvedFor.keys.sorted(),
            contents: record.freight.artifacts.map(ArtifactView.init),
            trail: trail(of: record, present: Set(present))
        )
    }

    private func trail(of record: FreightRecord, present: Set<String>) -> [FreightView.TrailEntry] {
        var stages = Set(record.currentlyIn.keys).union(record.verifiedIn.keys).union(record.approvedFor.keys)
            .union(record.failedIn.map { Array($0.keys) } ?? [])
        var promotions: [String: KnownPromotion] = [:]
        // Oldest first, so that the newest one for each stage is kept.
        for promotion in state.promotions(of: record.key) {
            promotions[promotion.stage.name] = promotion
            stages.insert(promotion.stage.name)
        }
        return stages.sorted().map { name in
            var entry = FreightView.TrailEntry(stage: name, isPresent: present.contains(name))
            entry.since = entry.isPresent ? record.currentlyIn[name] : nil
            entry.verifiedAt = record.verifiedIn[name]?.verifiedAt
            entry.verifiedBy = record.verifiedIn[name]?.by
            entry.verificationFailure = record.failedIn?[name]
            entry.approvedAt = record.approvedFor[name]?.approvedAt
            entry.approvedBy = record.approvedFor[name]?.actor
            entry.promotion = promotions[name]?.id.text
            entry.phase = promotions[name]?.phase
            return entry
        }
    }

    /// Upstream first.
    func stagesAsking(for warehouse: WarehouseKey) -> [Stage] {
        orderedStages(of: warehouse.project).filter { stage in
            stage.requestedFreight.contains { $0.warehouse == warehouse.name }
        }
    }

    /// The relation between freight and a stage that requests it.
    func place(of record: FreightRecord, in stage: Stage) -> FreightPlaceView {
        let id = record.freight.id
        let warehouse = record.freight.origin.name
        let known = state.stages[stage.key]
        let name = stage.key.name
        if let collection = known?.history.first, collection.items[warehouse] == id {
            let promotion = collection.promotion.text
            if let lost = known?.lost {
                let drift = state.branches[lost.branch]?.drift
                let text = Dispatch.sentence(on: lost, freight: record.freight.alias, stage: stage.key, drift: drift)
                return FreightPlaceView(
                    stage: name,
                    state: .lost,
                    since: lost.since,
                    promotion: promotion,
                    reason: text
                )
            }
            guard let open = state.openPromotions(of: stage.key).first(where: { $0.freight == id }) else {
                return FreightPlaceView(
                    stage: name,
                    state: .present,
                    since: record.currentlyIn[name] ?? collection.at,
                    promotion: promotion,
                    reason: Dispatch.sentence(on: collection, freight: record.freight, stage: stage.key)
                )
            }
            return place(of: open, in: name)
        }
        if let open = state.openPromotions(of: stage.key).first(where: { $0.freight == id }) {
            return place(of: open, in: name)
        }
        let answer = dispatch.availability(of: record, to: stage, state)
        let past = known?.history.first { $0.items[warehouse] == id }
        var until: Timestamp?
        if case .unavailable(_, let moment) = answer { until = moment }
        return FreightPlaceView(
            stage: name,
            state: past != nil ? .past : answer.isAvailable ? .available : .notYet,
            since: past?.at,
            promotion: past?.promotion.text,
            reason: answer.reason,
            until: until
        )
    }

    private func place(of open: PromotionRecord, in stage: String) -> FreightPlaceView {
        let message = open.message.isEmpty ? "" : ": \(open.message)"
        return FreightPlaceView(
            stage: stage,
            state: .onItsWay,
            since: open.startedAt ?? open.createdAt,
            promotion: open.id.text,
            reason: "promotion \(open.id) is \(open.phase.rawValue.lowercased())\(message)"
        )
    }

    // MARK: Availability

    func availability(of record: FreightRecord, from upstream: String?) -> AvailabilityView {
        let warehouse = record.freight.origin.name
        let stages = stagesAsking(for: record.freight.origin).filter { stage in
            guard stage.promotion != .controlFlow else { return false }
            guard let upstream else { return true }
            return stage.requestedFreight.contains { $0.warehouse == warehouse && $0.stages.contains(upstream) }
        }
        return AvailabilityView(
            project: record.freight.origin.project,
            freight: record.freight.id.text,
            alias: record.freight.alias,
            warehouse: warehouse,
            artifacts: record.freight.artifacts.map(ArtifactView.init),
            stages: stages.map { stageAvailability(of: record, to: $0) }
        )
    }

    private func stageAvailability(of record: FreightRecord, to stage: Stage) -> AvailabilityView.Stage {
        let place = place(of: record, in: stage)
        let isAvailable = dispatch.availability(of: record, to: stage, state).isAvailable
        let present = contents(of: stage.key).first { $0.warehouse == record.freight.origin.name }
        let known = present.flatMap { self.freight(FreightID($0.freight), project: stage.key.project) }
        let verdict = verdicts(on: stage).first { $0.warehouse == record.freight.origin.name }
        let isReplaced = verdict?.kind == .promote && verdict?.freight != record.key
        return AvailabilityView.Stage(
            place: place,
            canPromote: isAvailable && place.state != .onItsWay,
            present: present,
            isRollback: known.map { $0.key != record.key && $0.freight.discoveredAt > record.freight.discoveredAt }
                ?? false,
            replacedBy: isReplaced ? verdict?.freight?.id.text : nil,
            pauses: pauses(of: stage, branches: branches(of: stage)).map(\.kind)
        )
    }
}
