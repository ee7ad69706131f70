import HoistwayModel
import HoistwayPorts
import Hummingbird

/// `/freight`, `/stages`, `/warehouses`, `/promotions`, `/why`: the state of the pipelines.
struct PipelineRoutes: Sendable {
    let pipelines: any PipelineOperator

    func add(to group: RouterGroup<ConsoleContext>) {
        group.get("freight") { try await freight($0, $1) }
        group.get("stages") { try await stages($0, $1) }
        group.get("warehouses") { try await warehouses($0, $1) }
        group.get("promotions") { try await promotions($0, $1) }
        group.get("promotions/:id") { try await promotion($0, $1) }
        group.get("why") { try await why($0, $1) }
        group.get("compare") { try await compare($0, $1) }
    }

    private func freight(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let query = Query(request)
        let (project, warehouse) = try filter(query, by: "warehouse", for: try context.caller())
        let limit = try query.limit()
        return APICoding.response(
            Items(items: try await pipelines.freight(project: project, warehouse: warehouse, limit: limit))
        )
    }

    private func stages(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let project = try context.caller().scope(asked: Query(request).text("project"))
        return APICoding.response(Items(items: try await pipelines.stages(project: project)))
    }

    private func warehouses(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let project = try context.caller().scope(asked: Query(request).text("project"))
        return APICoding.response(Items(items: try await pipelines.warehouses(project: project)))
    }

    /// Diffs are left out here: they stand in the view of a single promotion.
    private func promotions(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let query = Query(request)
        let (project, stage) = try filter(query, by: "stage", for: try context.caller())
        var found = try await pipelines.promotions(project: project, stage: stage, limit: try query.limit())
        for index in found.indices {
            for branch in found[index].branches.indices { found[index].branches[branch].diff = nil }
        }
        return APICoding.response(Items(items: found))
    }

    private func promotion(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let id = PromotionID(try context.parameters.require("id"))
        return APICoding.response(try await pipelines.visiblePromotion(id, to: try context.caller()))
    }

    private func why(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let query = Query(request)
        let names = Names(pipelines: pipelines, caller: try context.caller())
        let stage = try await names.stage(try query.required("stage"))
        return APICoding.response(try await pipelines.why(stage: stage, freight: query.text("freight")))
    }

    private func compare(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let query = Query(request)
        let names = Names(pipelines: pipelines, caller: try context.caller())
        let stage = try await names.stage(try query.required("stage"))
        let text = try query.required("since")
        guard let since = Timestamp(rfc3339: text) else {
            throw APIError.invalid("since must be a time as in 2026-01-02T03:04:05Z", hint: nil)
        }
        return APICoding.response(try await pipelines.compare(stage: stage, since: since))
    }

    /// The project and the name that a list is narrowed to; the name may be written `project/name`.
    private func filter(_ query: Query, by parameter: String, for caller: Caller) throws -> (String?, String?) {
        guard let text = query.text(parameter), let slash = text.firstIndex(of: "/") else {
            return (try caller.scope(asked: query.text("project")), query.text(parameter))
        }
        return (try caller.scope(asked: String(text[..<slash])), String(text[text.index(after: slash)...]))
    }
}

extension PipelineOperator {
    /// The promotion, unless it belongs to a project that the caller does not see.
    func visiblePromotion(_ id: PromotionID, to caller: Caller) async throws -> PromotionView {
        let view = try await promotion(id)
        guard caller.sees(project: view.project) else { throw APIError.notFound("there is no promotion \(id)") }
        return view
    }
}
