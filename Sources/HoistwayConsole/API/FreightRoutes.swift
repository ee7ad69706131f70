import HoistwayModel
import HoistwayPorts
import Hummingbird

/// What changes freight itself.
struct FreightRoutes: Sendable {
    let pipelines: any PipelineOperator

    func add(to group: RouterGroup<ConsoleContext>) {
        group.post("freight/rename") { try await rename($0, $1) }
        group.post("freight/create") { try await create($0, $1) }
    }

    private func rename(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let body = try await APICoding.body(RenameFreightBody.self, of: request)
        let project = try await Names(pipelines: pipelines, caller: caller).project(body.project)
        return APICoding.response(
            try await pipelines.rename(freight: body.freight, project: project, alias: body.alias, actor: caller.name)
        )
    }

    private func create(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let body = try await APICoding.body(CreateFreightBody.self, of: request)
        let warehouse = try await Names(pipelines: pipelines, caller: caller).warehouse(body.warehouse)
        let view = try await pipelines.create(freightOf: warehouse, body.freight, actor: caller.name)
        return APICoding.response(view, status: .created)
    }
}
