import HoistwayModel
import HoistwayPorts
import Hummingbird

/// Everything that changes the pipelines.
struct ActionRoutes: Sendable {
    let pipelines: any PipelineOperator

    func add(to group: RouterGroup<ConsoleContext>) {
        group.post("promote") { try await promote($0, $1) }
        group.post("promotions/retry") { try await retry($0, $1) }
        group.post("abort") { try await abort($0, $1) }
        group.post("approve") { try await approve($0, $1) }
        group.post("verify") { try await verify($0, $1) }
        group.post("adopt") { try await adopt($0, $1) }
        group.post("refresh") { try await refresh($0, $1) }
        group.post("reload") { try await reload($0, $1) }
    }

    private func promote(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let body = try await APICoding.body(PromoteBody.self, of: request)
        let names = Names(pipelines: pipelines, caller: caller)
        if let upstream = body.downstreamFrom {
            guard let freight = body.freight, body.stage == nil, body.warehouse == nil,
                body.consent == PromotionConsent()
            else {
                throw APIError.invalid("downstreamFrom goes with freight, and with nothing else", hint: nil)
            }
            let stage = try await names.stage(upstream)
            let views = try await pipelines.promoteDownstream(of: stage, freight: freight, actor: caller.name)
            return APICoding.response(Items(items: views), status: .created)
        }
        guard let name = body.stage else { throw APIError.invalid("stage is missing", hint: nil) }
        let stage = try await names.stage(name)
        switch (body.freight, body.warehouse) {
        case (let freight?, nil):
            let view = try await pipelines.promote(
                stage: stage,
                freight: freight,
                consent: body.consent,
                actor: caller.name
            )
            return APICoding.response(view, status: .created)
        case (nil, let warehouse?):
            let view = try await pipelines.promoteCandidate(
                stage: stage,
                warehouse: warehouse,
                consent: body.consent,
                actor: caller.name
            )
            return APICoding.response(view, status: .created)
        default: throw APIError.invalid("name either freight or a warehouse", hint: nil)
        }
    }

    private func abort(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(AbortWish.self, of: request)
        let id = PromotionID(wish.promotion)
        _ = try await pipelines.visiblePromotion(id, to: caller)
        return APICoding.response(try await pipelines.abort(promotion: id, actor: caller.name))
    }

    private func retry(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(RetryPromotionsWish.self, of: request)
        let ids = wish.promotions.map { $0.map { PromotionID($0) } }
        for id in ids ?? [] { _ = try await pipelines.visiblePromotion(id, to: caller) }
        let lines = try await pipelines.retryPromotions(
            ids,
            project: try caller.scope(asked: wish.project),
            failedOnly: wish.failed ?? false,
            actor: caller.name
        )
        return APICoding.response(Items(items: lines))
    }

    private func approve(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(ApproveBody.self, of: request)
        let stage = try await Names(pipelines: pipelines, caller: caller).stage(wish.stage)
        return APICoding.response(
            try await pipelines.approve(stage: stage, freight: wish.freight, actor: caller.name)
        )
    }

    private func verify(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(VerifyBody.self, of: request)
        let failure = try wish.failure
        let stage = try await Names(pipelines: pipelines, caller: caller).stage(wish.stage)
        let views = try await pipelines.verify(
            stage: stage,
            freight: wish.freight,
            failure: failure,
            actor: caller.name
        )
        return APICoding.response(Items(items: views))
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
        let body = try await APICoding.body(RefreshBody.self, of: request)
        let names = Names(pipelines: pipelines, caller: caller)
        switch (body.warehouse, body.stage) {
        case (let name?, nil):
            let warehouse = try await names.warehouse(name)
            return APICoding.response(try await pipelines.refresh(warehouse: warehouse, actor: caller.name))
        case (nil, let name?):
            return APICoding.response(
                try await pipelines.refresh(stage: try await names.stage(name), actor: caller.name)
            )
        default: throw APIError.invalid("name either a warehouse or a stage", hint: nil)
        }
    }

    private func reload(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.admin)
        try caller.requireAllProjects()
        return APICoding.response(Items(items: try await pipelines.reload(actor: caller.name)))
    }
}
