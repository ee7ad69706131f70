extension ApplicationUpdate {
    /// The initiator of the sync where no person has requested the promotion.
    package static let ownName = "hoistway"
    private static let reason = "Promotion triggered a sync of this Application resource."

    /// The write that a promotion makes.
    ///
    /// Sync windows may allow manual syncs: `automated` is false only if a person has requested the promotion. An
    /// operation that is written does not inherit the options and retries of the Application's policy, so they are
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
