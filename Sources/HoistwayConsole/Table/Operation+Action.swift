import HoistwayPorts

extension Operation {
    /// Its action in the audit trail; `nil`: it changes nothing.
    var action: AuditAction? {
        switch id {
        case .createPromotion, .createDownstreamPromotions, .oldPromote: .promote
        case .createPreview, .cancelPreview: .preview
        case .approveFreight, .oldApprove: .approve
        case .verifyStage, .oldVerify: .verify
        case .adoptStage, .oldAdopt: .adopt
        case .refreshStage, .refreshWarehouse, .oldRefresh: .refresh
        case .createFreight, .oldCreateFreight: .createFreight
        case .renameFreight, .oldRenameFreight: .rename
        case .abortPromotion, .oldAbort: .abort
        case .retryPromotions: .retryPromotion
        case .retryDeliveries: .retryDeliveries
        case .reload: .reload
        case .createToken: .tokenCreate
        case .deleteToken: .tokenDelete
        case .createSignInLink: .signIn
        case .getDocument, .getCaller, .streamEvents, .listProjects, .getProject, .getGraph, .getAttention, .search,
            .getAvailability, .listActivity, .listStages, .getStage, .explainStage, .compareStage, .getPreview,
            .listWarehouses, .getWarehouse, .listFreight, .getFreight, .listPromotions, .getPromotion, .listDeliveries,
            .getDelivery, .getBacklog, .listRefusals, .listManifests, .listClusters, .listTokens, .getToken, .listAudit,
            .oldPromotion, .oldWhy, .oldCompare:
            nil
        }
    }
}
