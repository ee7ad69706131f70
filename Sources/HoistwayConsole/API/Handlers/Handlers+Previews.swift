import HoistwayModel
import HoistwayPorts

/// Previews of promotions.
extension Handlers {
    /// Answers at once; the preview continues to run.
    func createPreview(_ call: Call) async throws -> Reply {
        let stage = try call.stage
        let view = try await pipelines.createPreview(
            stage: stage,
            freight: try call.required("freight"),
            actor: call.caller.name
        )
        let path = OperationID.getPreview.operation.path([
            "project": stage.project, "stage": stage.name, "preview": view.id,
        ])
        return try Reply(view, status: 202, location: services.location(path))
    }

    func cancelPreview(_ call: Call) async throws -> Reply {
        let view = try await visiblePreview(call)
        return try Reply(try await pipelines.cancelPreview(view.id, actor: call.caller.name))
    }

    /// A preview of another project or stage does not exist here.
    func visiblePreview(_ call: Call) async throws -> PreviewView {
        let (id, stage) = (try call.part("preview"), try call.stage)
        let view = try await pipelines.preview(id)
        guard view.project == stage.project, view.stage == stage.name else {
            throw APIError.notFound("there is no preview \(ShownText.quoted(id)) of this stage")
        }
        return view
    }
}
