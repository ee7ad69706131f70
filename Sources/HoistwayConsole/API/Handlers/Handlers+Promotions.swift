import HoistwayModel
import HoistwayPorts

extension Handlers {
    /// Diffs are left out here: the view of a single promotion has them.
    func listPromotions(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        if let name = call.query["name"] { return try await listPromotion(name, call, revision) }
        let (project, stage) = try call.narrowed(by: "stage")
        let filter = PromotionFilter(
            project: project,
            stage: stage,
            freight: call.query["freight"],
            phases: Set([call.query["phase"].flatMap { PromotionPhase(rawValue: $0) }].compactMap(\.self))
        )
        let after = try Cursor(of: call).map { PromotionID($0.key.first ?? "") }
        let found = try await pipelines.promotions(filter, after: after, limit: call.limit + 1)
        return try Reply(try Self.page(found, of: call, revision))
    }

    /// Names are unique among all projects, so a client that only knows the name can find the project.
    private func listPromotion(_ name: String, _ call: Call, _ revision: String) async throws -> Reply {
        var found: [PromotionView] = []
        do {
            found = [try await visible(PromotionID(name), to: call.caller)]
        } catch let failure where APIError(failure).code == .notFound {}
        let (project, stage, phase) = (try call.project, call.query["stage"], call.query["phase"])
        found.removeAll {
            (project != nil && $0.project != project) || (stage != nil && $0.stage != stage)
                || (phase != nil && $0.phase.rawValue != phase)
        }
        if try Cursor(of: call) != nil { found = [] }
        return try Reply(try Self.page(found, of: call, revision))
    }

    private static func page(_ found: [PromotionView], of call: Call, _ revision: String) throws -> Page<PromotionView>
    {
        var page = try call.page(found, revision: revision) { [$0.id] }
        for index in page.items.indices {
            for branch in page.items[index].branches.indices { page.items[index].branches[branch].diff = nil }
        }
        for index in page.items.indices { page.items[index].results = nil }
        return page
    }

    func getPromotion(_ call: Call) async throws -> Reply {
        let view = try await visible(PromotionID(try call.part("promotion")), to: call.caller)
        guard view.project == (try call.part("project")) else {
            throw APIError.notFound("there is no promotion \(ShownText.quoted(view.id)) in this project")
        }
        return try Reply(view)
    }

    /// The promotion, unless the caller may not see its project.
    func visible(_ id: PromotionID, to caller: Caller) async throws -> PromotionView {
        let view = try await pipelines.promotion(id)
        guard caller.sees(project: view.project) else {
            throw APIError.notFound("there is no promotion \(ShownText.quoted(id.text))")
        }
        return view
    }

    func abort(_ call: Call) async throws -> Reply {
        let id = PromotionID(try call.part("promotion"))
        guard try await visible(id, to: call.caller).project == (try call.part("project")) else {
            throw APIError.notFound("there is no promotion \(ShownText.quoted(id.text)) in this project")
        }
        return try Reply(try await pipelines.abort(promotion: id, actor: call.caller.name))
    }

    func retryPromotions(_ call: Call) async throws -> Reply {
        let ids = call.texts("promotions").map { $0.map { PromotionID($0) } }
        for id in ids ?? [] { _ = try await visible(id, to: call.caller) }
        let lines = try await pipelines.retryPromotions(
            ids,
            project: try call.caller.scope(asked: call.text("project")),
            failedOnly: call.flag("failed"),
            actor: call.caller.name
        )
        return try Reply(Items(items: lines))
    }
}
