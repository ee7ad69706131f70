import HoistwayModel
import HoistwayPorts
import Hummingbird

/// `/projects/PROJECT/stages/STAGE/previews`: what a promotion would do, before it is asked for.
struct PreviewRoutes: Sendable {
    let pipelines: any PipelineOperator

    func add(to group: RouterGroup<ConsoleContext>) {
        let previews = group.group("projects/:project/stages/:stage/previews")
        previews.post { try await create($0, $1) }
        previews.get(":id") { try await look($0, $1) }
        previews.delete(":id") { try await cancel($0, $1) }
    }

    /// Answers at once: the preview runs on.
    private func create(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let stage = try await stage(context, caller)
        let body = try await APICoding.body(PreviewBody.self, of: request)
        let view = try await pipelines.createPreview(stage: stage, freight: body.freight, actor: caller.name)
        var response = APICoding.response(view, status: .accepted)
        response.headers[.location] =
            "/api/v1/projects/\(stage.project)/stages/\(stage.name)/previews/\(view.id)"
        return response
    }

    private func look(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        return APICoding.response(try await visible(context, caller))
    }

    private func cancel(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let view = try await visible(context, caller)
        return APICoding.response(try await pipelines.cancelPreview(view.id, actor: caller.name))
    }

    private func stage(_ context: ConsoleContext, _ caller: Caller) async throws -> StageKey {
        let (project, stage) = (try context.parameters.require("project"), try context.parameters.require("stage"))
        return try await Names(pipelines: pipelines, caller: caller).stage("\(project)/\(stage)")
    }

    /// A preview of another project or stage does not exist here.
    private func visible(_ context: ConsoleContext, _ caller: Caller) async throws -> PreviewView {
        let id = try context.parameters.require("id")
        let view = try await pipelines.preview(id)
        guard caller.sees(project: view.project), view.project == context.parameters.get("project"),
            view.stage == context.parameters.get("stage")
        else { throw APIError.notFound("there is no preview \(ShownText.quoted(id))") }
        return view
    }
}
