import HoistwayModel
import HoistwayPorts

/// What pages of pipelines ask and do.
extension ScenePipelines {
    func graph(project: String) async throws -> GraphView {
        guard let found = try scene().shop.graphs[project] else { throw missing("project \(project)") }
        return found
    }

    func stage(_ key: StageKey) async throws -> StageView {
        guard let found = try scene().shop.stages[key] else { throw missing("stage \(key)") }
        return found
    }

    func stageSummaries(named names: [String], project: String) async throws -> [StageSummaryView] {
        let all = try scene().projects.first { $0.name == project }?.stages ?? []
        let known = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
        return names.compactMap { known[$0] }
    }

    func freight(_ name: String, project: String) async throws -> FreightView {
        let all = try scene().shop.freight
        guard let found = all.first(where: { $0.project == project && ($0.id == name || $0.alias == name) }) else {
            throw missing("freight \(name)")
        }
        return found
    }

    func freight(_ filter: FreightFilter, after: FreightPosition?, limit: Int) async throws -> [FreightView] {
        let found = try scene().shop.freight
            .filter { filter.project == nil || $0.project == filter.project }
            .filter { filter.warehouse == nil || $0.warehouse == filter.warehouse }
            .sorted { ($0.discoveredAt, $0.id) > ($1.discoveredAt, $1.id) }
            .filter { one in after.map { (one.discoveredAt, one.id) < ($0.discoveredAt, $0.id) } ?? true }
        return Array(found.prefix(limit))
    }

    func availability(of freight: String, project: String, from stage: String?) async throws -> AvailabilityView {
        let view = try await self.freight(freight, project: project)
        return AvailabilityView(
            project: project,
            freight: view.id,
            alias: view.alias,
            warehouse: view.warehouse,
            artifacts: view.contents,
            stages: try scene().shop.places[view.id] ?? []
        )
    }

    func promotion(_ id: PromotionID) async throws -> PromotionView {
        guard let found = try scene().shop.promotions.first(where: { $0.id == id.text }) else {
            throw missing("promotion \(id)")
        }
        return found
    }

    func promotions(_ filter: PromotionFilter, after: PromotionID?, limit: Int) async throws -> [PromotionView] {
        let found = try scene().shop.promotions.filter { filter.stage == nil || $0.stage == filter.stage }
        return Array(found.prefix(limit))
    }

    func compare(stage: StageKey, since: Timestamp) async throws -> ComparisonView {
        _ = try await self.stage(stage)
        return ComparisonView(stage: stage.name, since: since, counts: ["same": 0], rows: [], isCut: false)
    }

    // MARK: Previews

    func createPreview(stage: StageKey, freight: String, mayWait: Bool, actor: String) async throws -> PreviewView {
        let scene = try scene()
        if let refusal = scene.shop.refusals[stage.name] {
            throw OperatorFailure.denied(refusal, hint: "choose another")
        }
        guard scene.shop.stages[stage] != nil || scene.shop.graphs[stage.project] != nil else {
            throw missing("stage \(stage)")
        }
        let running = scene.shop.previews.count { $0.state == .running }
        guard running < 2 || mayWait else { throw OperatorFailure.tooManyPreviews("2 previews run already") }
        tell("preview \(freight) to \(stage) by \(actor)")
        var made = scene.shop.preview(of: freight, to: stage, number: scene.shop.previews.count + 1)
        made.state = running < 2 ? scene.shop.newPreviews : .waiting
        change { [made] in $0.shop.previews.append(made) }
        return made
    }

    func preview(_ id: String) async throws -> PreviewView {
        guard let found = try scene().shop.previews.first(where: { $0.id == id }) else {
            throw missing("preview \(id)")
        }
        return found
    }

    func cancelPreview(_ id: String, actor: String) async throws -> PreviewView {
        tell("cancel \(id) by \(actor)")
        change { scene in
            if let place = scene.shop.previews.firstIndex(where: { $0.id == id }) {
                scene.shop.previews[place].state = .canceled
            }
        }
        return try await preview(id)
    }

    // MARK: Changes

    func promote(
        stage: StageKey,
        freight: String,
        consent: PromotionConsent,
        actor: String
    ) async throws -> PromotionView {
        let made = Shop.promotion(of: stage.name, .pending, number: 90)
        try change { scene in
            // As the engine: one that is open is not made a second time.
            guard consent.preview == nil || !scene.shop.promotions.contains(where: { $0.id == made.id }) else {
                throw OperatorFailure.nothingToDo("promotion \(made.id) is pending")
            }
            scene.shop.promotions.append(made)
            if let place = scene.shop.previews.firstIndex(where: { $0.id == consent.preview }) {
                scene.shop.previews[place].promotion = made.id
            }
        }
        let words = [consent.preview.map { "preview \($0)" }] + consent.accept.map { "accept \($0)" }
        tell("promote \(freight) to \(stage) \(words.compactMap(\.self).joined(separator: " ")) by \(actor)")
        return made
    }

    func abort(promotion: PromotionID, actor: String) async throws -> PromotionView {
        tell("abort \(promotion) by \(actor)")
        return try await self.promotion(promotion)
    }

    func retryPromotions(
        _ ids: [PromotionID]?,
        project: String?,
        failedOnly: Bool,
        actor: String
    ) async throws -> [RetriedPromotion] {
        tell("retry \(ids?.map(\.text).joined(separator: ",") ?? "all") by \(actor)")
        return (ids ?? []).map {
            RetriedPromotion(project: "shop", stage: "", promotion: $0.text, started: $0.text, detail: "tried again")
        }
    }

    func approve(stage: StageKey, freight: String, actor: String) async throws -> FreightView {
        let found = try await self.freight(freight, project: stage.project)
        tell("approve \(found.alias) for \(stage) by \(actor)")
        return found
    }

    func verify(stage: StageKey, freight: String?, failure: String?, actor: String) async throws -> [FreightView] {
        _ = try await self.stage(stage)
        tell("verify \(freight ?? "all") in \(stage) \(failure ?? "good") by \(actor)")
        return []
    }

    func adopt(stage: StageKey, preview: Bool, actor: String) async throws -> [String] {
        _ = try await self.stage(stage)
        if !preview { tell("adopt \(stage) by \(actor)") }
        return ["stage/prod-eu of https://git.example.com/acme/shop.git at 0123456, by ann"]
    }

    func restore(stage: StageKey, actor: String) async throws -> [String] {
        _ = try await self.stage(stage)
        tell("restore \(stage) by \(actor)")
        return []
    }

    func refresh(stage: StageKey, actor: String) async throws -> StageView {
        let found = try await self.stage(stage)
        tell("refresh \(stage) by \(actor)")
        return found
    }
}
