extension ApplicationUpdate {
    /// Who asks for the sync where nobody has asked for the promotion.
    package static let ownName = "hoistway"
    private static let reason = "Promotion triggered a sync of this Application resource."

    /// The write of a promotion.
    ///
    /// Sync windows let manual syncs pass where they say so: `automated` is false exactly where a person has asked. An
    /// operation that is written does not inherit the options and retries of the Application's policy, so that they are
    /// copied. Without revisions Argo CD resolves each source's targetRevision.
    ///
    /// - Parameter step: the alias of the step that writes.
    package init(of promotion: PromotionRecord, step: String, changes: [SourceChange], to application: Application) {
        var info = [
            Operation.Info("Reason", Self.reason),
            Operation.Info(ApplicationOperation.promotionInfo, promotion.id.text),
        ]
        info.append(
            Operation.Info(ApplicationOperation.stageInfo, "\(promotion.stage.project):\(promotion.stage.name)")
        )
        info.append(Operation.Info(ApplicationOperation.stepInfo, step))
        let (name, isAutomated): (String, Bool) =
            switch promotion.actor {
            case .automatic: (Self.ownName, true)
            case .person(let name): (name, false)
            }
        self.init(
            sources: changes,
            operation: Operation(
                initiator: name,
                isAutomated: isAutomated,
                info: info,
                syncOptions: application.syncPolicy.options,
                retry: application.syncPolicy.retry
            )
        )
    }
}
