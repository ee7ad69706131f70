import HoistwayModel
import HoistwayPorts

/// The routes of the previous version, for its clients; they have stages and warehouses in bodies.
extension Handlers {
    func answerOld(_ call: Call) async throws -> Reply {
        let names = Names(pipelines: pipelines, caller: try call.caller)
        switch call.operation.id {
        case .oldPromote: return try await promoteOld(call, names)
        case .oldAbort:
            let id = PromotionID(try call.required("promotion"))
            _ = try await visible(id, to: call.caller)
            return try Reply(try await pipelines.abort(promotion: id, actor: call.caller.name))
        case .oldApprove: return try await approve(call, stage: try await names.stage(try call.required("stage")))
        case .oldVerify:
            let failure = try Self.failure(call)
            return try await verify(call, stage: try await names.stage(try call.required("stage")), failure: failure)
        case .oldAdopt: return try await adopt(call, stage: try await names.stage(try call.required("stage")))
        case .oldRefresh:
            if let name = call.text("warehouse") {
                return try await refresh(call, warehouse: try await names.warehouse(name))
            }
            return try await refresh(call, stage: try await names.stage(try call.required("stage")))
        case .oldRenameFreight:
            return try Reply(
                try await pipelines.rename(
                    freight: try call.required("freight"),
                    project: try await names.project(call.text("project")),
                    alias: try call.required("alias"),
                    actor: call.caller.name
                )
            )
        case .oldCreateFreight:
            let warehouse = try await names.warehouse(try call.required("warehouse"))
            return try await createFreight(call, of: warehouse, call.body["freight"] ?? .map([:]))
        case .oldPromotion:
            return try Reply(try await visible(PromotionID(try call.part("promotion")), to: call.caller))
        case .oldWhy: return try await explain(call, stage: try await names.stage(call.query["stage"] ?? ""))
        case .oldCompare: return try await compare(call, stage: try await names.stage(call.query["stage"] ?? ""))
        default: throw APIError.ours
        }
    }

    private func promoteOld(_ call: Call, _ names: Names) async throws -> Reply {
        if let upstream = call.text("downstreamFrom") {
            guard let freight = call.text("freight"), call.text("stage") == nil, call.text("warehouse") == nil,
                call.text("acceptTree") == nil, call.texts("accept") == nil, call.text("preview") == nil
            else { throw APIError.invalid("downstreamFrom goes with freight, and with nothing else") }
            let views = try await pipelines.promoteDownstream(
                of: try await names.stage(upstream),
                freight: freight,
                actor: call.caller.name
            )
            return try Reply(Items(items: views), status: 201)
        }
        let stage = try await names.stage(try call.required("stage"))
        guard (call.text("freight") == nil) != (call.text("warehouse") == nil) else {
            throw APIError.invalid("name either freight or a warehouse")
        }
        return try made(try await promote(call, stage: stage))
    }

    /// Why a verification failed; `nil`: it succeeded.
    private static func failure(_ call: Call) throws(APIError) -> String? {
        let reason = call.text("reason")
        guard call.flag("failed") else {
            guard reason == nil else { throw .invalid("reason goes with failed", at: "/reason") }
            return nil
        }
        guard let reason else {
            throw .invalid(
                "reason is missing",
                hint: "a failed verification says why: it stands in `why`",
                at: "/reason"
            )
        }
        return reason
    }
}
