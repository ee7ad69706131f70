import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension EngineCore {
    func stepContext(of record: PromotionRecord, workspace: any Workspace) async -> StepContext {
        let state = await ledger.snapshot
        let project = record.stage.project
        let collection = freight(record.collection, of: record.stage, on: state)
        return StepContext(
            stage: record.stage,
            promotion: record,
            freight: state.freight[FreightKey(project: project, id: record.freight)]?.freight,
            collection: collection,
            subscriptions: subscriptions(of: record.stage),
            remotes: ports.remotes,
            workspace: workspace,
            clock: ports.clock,
            commitTemplate: configuration.pipelines.projects[project]?.commitTemplate,
            matcher: ports.matcher
        )
    }

    /// What lies in the stage after the promotion's success, in the order of the warehouses' names.
    func freight(_ collection: [String: FreightID], of stage: StageKey, on state: PipelineState) -> [Freight] {
        collection.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .compactMap { state.freight[FreightKey(project: stage.project, id: $0.value)]?.freight }
    }

    /// Which branches and commits the promotion reads and writes, by the steps after the first `finished` ones.
    func plan(of record: PromotionRecord, after finished: Int = 0, on state: PipelineState) -> PromotionPlan {
        var plan = PromotionPlan(steps: Array(record.steps.dropFirst(finished)))
        let collection = freight(record.collection, of: record.stage, on: state)
        plan.settle(FreightLookup(collection: collection, subscriptions: subscriptions(of: record.stage)))
        return plan
    }

    /// The images that the stage's freight carries, as its warehouses name them.
    func images(of stage: StageKey) -> Set<String> {
        Set(
            subscriptions(of: stage).compactMap { subscription in
                if case .image(let image) = subscription { image.repoURL } else { nil }
            }
        )
    }

    /// Of every warehouse that the stage asks for freight.
    func subscriptions(of stage: StageKey) -> [Subscription] {
        let pipelines = configuration.pipelines
        guard let project = pipelines.projects[stage.project], let stage = project.stages[stage.name] else { return [] }
        return stage.requestedFreight.flatMap { project.warehouses[$0.warehouse]?.subscriptions ?? [] }
    }

    /// Whether the version to be written is older than the one that stands there, by the subscription's own order.
    func isOlder(_ image: String, new: String, than old: String, for record: PromotionRecord) -> Bool {
        for case .image(let subscription) in subscriptions(of: record.stage) where subscription.repoURL == image {
            return ImageSelection.compare(tag: new, toTag: old, for: subscription) == .older
        }
        return false
    }

    /// Which stages edit which kustomization of a branch.
    func foldersByBranch(_ key: BranchKey) -> [(folder: String, stage: StageKey)] {
        configuration.pipelines.stagesInOrder.flatMap { stage in
            stage.editedFolders.compactMap { edited in
                guard displayURL(edited.repoURL, project: stage.key.project) == key.remote else { return nil }
                let branch = edited.branch.isEmpty ? defaultBranch(of: key.remote) : edited.branch
                guard branch == key.branch else { return nil }
                return (edited.folder, stage.key)
            }
        }
    }

    /// `nil` where the URL cannot be used; the promotion that needs it says why.
    private func displayURL(_ url: String, project: String) -> String? {
        try? ports.remotes.remote(url, project: project, insecureSkipTLSVerify: false).displayURL
    }
}
