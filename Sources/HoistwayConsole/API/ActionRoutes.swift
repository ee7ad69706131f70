import HoistwayModel
import HoistwayPorts
import Hummingbird

/// Everything that changes the pipelines.
struct ActionRoutes: Sendable {
    let pipelines: any PipelineOperator

    func add(to group: RouterGroup<ConsoleContext>) {
        group.post("promote") { try await promote($0, $1) }
        group.post("abort") { try await abort($0, $1) }
        group.post("approve") { try await approve($0, $1) }
        group.post("adopt") { try await adopt($0, $1) }
        group.post("refresh") { try await refresh($0, $1) }
        group.post("reload") { try await reload($0, $1) }
    }

    private func promote(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(PromoteWish.self, of: request)
        let stage = try await Names(pipelines: pipelines, caller: caller).stage(wish.stage)
        let view = try await pipelines.promote(
            stage: stage,
            freight: wish.freight,
            acceptTree: wish.acceptTree,
            actor: caller.name
        )
        return APICoding.response(view, status: .created)
    }

    private func abort(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(AbortWish.self, of: request)
        let id = PromotionID(wish.promotion)
        _ = try await pipelines.visiblePromotion(id, to: caller)
        return APICoding.response(try await pipelines.abort(promotion: id, actor: caller.name))
    }

    private func approve(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(PromoteWish.self, of: request)
        let stage = try await Names(pipelines: pipelines, caller: caller).stage(wish.stage)
        return APICoding.response(
            try await pipelines.approve(stage: stage, freight: wish.freight, actor: caller.name)
        )
    }

    private func adopt(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(AdoptWish.self, of: request)
        let stage = try await Names(pipelines: pipelines, caller: caller).stage(wish.stage)
        let lines =
            wish.fromBranches ?? false
            ? try await pipelines.restore(stage: stage, actor: caller.name)
            : try await pipelines.adopt(stage: stage, preview: wish.preview ?? false, actor: caller.name)
        return APICoding.response(Items(items: lines))
    }

    private func refresh(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(WarehouseWish.self, of: request)
        let warehouse = try await Names(pipelines: pipelines, caller: caller).warehouse(wish.warehouse)
        return APICoding.response(try await pipelines.refresh(warehouse: warehouse, actor: caller.name))
    }

    private func reload(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.admin)
        try caller.requireAllProjects()
        return APICoding.response(Items(items: try await pipelines.reload(actor: caller.name)))
    }
}
