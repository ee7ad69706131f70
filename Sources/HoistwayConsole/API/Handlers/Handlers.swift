import HoistwayModel
import HoistwayPorts

/// Runs the operations; there is a file for each part of the table.
struct Handlers: Sendable {
    let services: APIServices

    var pipelines: any PipelineOperator { services.pipelines }
    var feed: ChangeFeed { services.feed }

    /// The compiler checks that every operation has a case.
    func answer(_ call: Call) async throws -> Reply {
        switch call.operation.id {
        case .getDocument, .streamEvents: throw APIError.ours  // Answered before handlers are called.
        case .getCaller: try Reply(CallerView(call.caller, version: services.configuration.version))
        case .listProjects: try await listProjects(call)
        case .getProject: try Reply(try await pipelines.project(call.part("project")))
        case .getGraph: try Reply(try await pipelines.graph(project: call.part("project")))
        case .getAttention: try Reply(try await pipelines.attention(project: call.project))
        case .search: try Reply(try await pipelines.search(call.query["text"] ?? "", project: call.project))
        case .getAvailability: try await getAvailability(call)
        case .listActivity: try await listActivity(call)
        case .listStages: try await listStages(call)
        case .getStage: try Reply(try await pipelines.stage(call.stage))
        case .explainStage: try await explain(call, stage: call.stage)
        case .compareStage: try await compare(call, stage: call.stage)
        case .createPromotion: try await createPromotion(call)
        case .createPreview: try await createPreview(call)
        case .getPreview: try Reply(try await visiblePreview(call))
        case .cancelPreview: try await cancelPreview(call)
        case .createDownstreamPromotions: try await createDownstream(call)
        case .approveFreight: try await approve(call, stage: call.stage)
        case .verifyStage: try await verify(call, stage: call.stage, failure: call.text("failure"))
        case .adoptStage: try await adopt(call, stage: call.stage)
        case .refreshStage: try await refresh(call, stage: call.stage)
        case .listWarehouses: try await listWarehouses(call)
        case .getWarehouse: try Reply(try await pipelines.warehouse(call.warehouse))
        case .refreshWarehouse: try await refresh(call, warehouse: call.warehouse)
        case .createFreight: try await createFreight(call)
        case .listFreight: try await listFreight(call)
        case .getFreight: try Reply(try await pipelines.freight(call.part("freight"), project: call.part("project")))
        case .renameFreight: try await renameFreight(call)
        case .listPromotions: try await listPromotions(call)
        case .getPromotion: try await getPromotion(call)
        case .abortPromotion: try await abort(call)
        case .retryPromotions: try await retryPromotions(call)
        case .listDeliveries: try await listDeliveries(call)
        case .getDelivery: try await getDelivery(call)
        case .getBacklog: try Reply(try await pipelines.backlog())
        case .retryDeliveries: try await retryDeliveries(call)
        case .listRefusals: try listRefusals(call)
        case .listManifests: try await listManifests(call)
        case .listClusters: try Reply(Items(items: services.configuration.clusters(call.caller.project)))
        case .reload: try Reply(Items(items: try await pipelines.reload(actor: call.caller.name)))
        case .listTokens: try await listTokens(call)
        case .createToken: try await createToken(call)
        case .getToken: try await getToken(call)
        case .deleteToken: try await deleteToken(call)
        case .createSignInLink: try await createSignInLink(call)
        case .listAudit: try await listAudit(call)
        case .oldPromote, .oldAbort, .oldApprove, .oldVerify, .oldAdopt, .oldRefresh, .oldRenameFreight,
            .oldCreateFreight, .oldPromotion, .oldWhy, .oldCompare:
            try await answerOld(call)
        }
    }
}
