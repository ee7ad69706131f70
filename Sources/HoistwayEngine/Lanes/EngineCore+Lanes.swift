import HoistwayExpressions
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension EngineCore {
    /// - Parameter place: the place of a run outside its lane; `nil`: it runs in its lane, and its steps must not take
    ///   long.
    func stepContext(
        of record: PromotionRecord,
        workspace: any Workspace,
        at place: StepPlace?
    ) async -> StepContext {
        let state = await ledger.snapshot
        let project = record.stage.project
        let collection = freight(record.collection, of: record.stage, on: state)
        var context = StepContext(
            stage: record.stage,
            promotion: record,
            freight: state.freight[FreightKey(project: project, id: record.freight)]?.freight,
            collection: collection,
            subscriptions: subscriptions(of: record.stage),
            remotes: ports.remotes,
            workspace: workspace,
            clock: ports.clock,
            commitTemplate: configuration.pipelines.projects[project]?.commitTemplate,
            renderer: ports.renderer,
            memo: memos.memo(of: record.id),
            isApart: place != nil,
            matcher: ports.matcher,
            origins: origins(of: record.stage, collection)
        )
        context.place = place
        context.isPreview = record.mode == .observe || configuration.recordsDiffs
        if let preview { context.progress = { preview.note($0, $1) } }
        // The same time for all runs of a promotion: expressions must give the same results again.
        context.lookups = configuration.lookups(project)
        context.expressionScope = ports.expressionScope(record.startedAt ?? record.createdAt)
        context.lookups.read(state, project: project)
        context.http = ports.http
        context.http?.policy = configuration.httpPolicy(project)
        context.charts = ports.charts
        context.artifacts = ports.artifacts
        context.argocd = await argocdAccess(of: project)
        if context.isPreview, let access = context.argocd, let cluster = access.cluster {
            context.argocd?.cluster = previews.bounding(cluster, named: access.name)
        }
        context.forges = forgeAccess(for: record)
        return context
    }

    private func origins(of stage: StageKey, _ collection: [Freight]) -> [PromotionSurroundings.Origin] {
        guard let project = configuration.pipelines.projects[stage.project], let stage = project.stages[stage.name]
        else { return [] }
        return stage.requestedFreight.map { request in
            PromotionSurroundings.Origin(
                warehouse: request.warehouse,
                subscriptions: project.warehouses[request.warehouse]?.subscriptions,
                artifacts: collection.first { $0.origin.name == request.warehouse }?.artifacts ?? []
            )
        }
    }

    /// The freight of the stage after the promotion's success, in the order of the warehouses' names.
    func freight(_ collection: [String: FreightID], of stage: StageKey, on state: PipelineState) -> [Freight] {
        collection.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .compactMap { state.freight[FreightKey(project: stage.project, id: $0.value)]?.freight }
    }

    /// What an earlier run of the promotion has done, and its stored results.
    ///
    /// If no step has acted, there is nothing to resume: the steps run from the first.
    func resumption(
        of record: PromotionRecord,
        on state: PipelineState
    ) async throws -> (resumption: Resumption, results: [StepResult]) {
        guard record.hasActed || state.isPushing(record.id) else { return (.none, []) }
        let results = try await ports.store.stepResults(of: record.id)
        var evaluated = record
        evaluated.steps = record.steps.map { step in
            var step = step
            if let config = results.first(where: { $0.alias == step.alias })?.config { step.config = config }
            return step
        }
        let project = record.stage.project
        var resumption = Resumption(of: evaluated, usesFiles: StepRegistry.usesFiles) { checkout in
            try? ports.remotes.remote(
                checkout.repoURL,
                project: project,
                insecureSkipTLSVerify: checkout.insecureSkipTLSVerify
            ).displayURL
        }
        resumption.read = ReadPins(of: evaluated, results: results, acted: resumption.lastActed)
        return (resumption, results)
    }

    /// Which branches and commits the promotion reads and writes, by the steps after the first `finished` ones.
    func plan(of record: PromotionRecord, after finished: Int = 0, on state: PipelineState) async -> PromotionPlan {
        var plan = PromotionPlan(steps: Array(await foresee(record).steps.dropFirst(finished)))
        let collection = freight(record.collection, of: record.stage, on: state)
        plan.settle(FreightLookup(collection: collection, subscriptions: subscriptions(of: record.stage)))
        return plan
    }

    /// The images in the stage's freight, as its warehouses name them.
    func images(of stage: StageKey) -> Set<String> {
        Set(
            subscriptions(of: stage).compactMap { subscription in
                if case .image(let image) = subscription { image.repoURL } else { nil }
            }
        )
    }

    /// The subscriptions of every warehouse from which the stage requests freight.
    func subscriptions(of stage: StageKey) -> [Subscription] {
        let pipelines = configuration.pipelines
        guard let project = pipelines.projects[stage.project], let stage = project.stages[stage.name] else { return [] }
        return stage.requestedFreight.flatMap { project.warehouses[$0.warehouse]?.subscriptions ?? [] }
    }

    /// Whether the new version is older than the present one, by the subscription's own order.
    func isOlder(_ image: String, new: String, than old: String, for record: PromotionRecord) -> Bool {
        for case .image(let subscription) in subscriptions(of: record.stage) where subscription.repoURL == image {
            return ImageSelection.compare(tag: new, toTag: old, for: subscription) == .older
        }
        return false
    }

    /// Which stages edit which kustomization of a branch.
    func foldersByBranch(_ key: BranchKey) -> [(folder: String, stage: StageKey)] {
        configurations.present.writers(of: key).flatMap { stage in
            stage.editedFolders.compactMap { edited in
                isBranch(edited.branch, of: edited.repoURL, project: stage.key.project, key)
                    ? (edited.folder, stage.key) : nil
            }
        }
    }

    /// What stages change on a branch besides kustomizations.
    func footprints(on key: BranchKey) -> [(stage: StageKey, footprint: BranchFootprint)] {
        configurations.present.writers(of: key).flatMap { stage in
            stage.footprints.compactMap { footprint in
                isBranch(footprint.branch, of: footprint.repoURL, project: stage.key.project, key)
                    ? (stage.key, footprint) : nil
            }
        }
    }

    /// Which stages edit which files of a branch: kustomizations, and files and folders in which they set single values.
    func editedFiles(on key: BranchKey) -> [(file: String, stage: StageKey)] {
        foldersByBranch(key).flatMap { folder, stage in Kustomizations.files(in: folder).map { ($0, stage) } }
            + footprints(on: key).flatMap { stage, footprint in footprint.editedPlaces.map { ($0, stage) } }
    }

    /// - Parameter name: empty for the default branch.
    private func isBranch(_ name: String, of url: String, project: String, _ key: BranchKey) -> Bool {
        guard let remote = displayURL(url, project: project) else { return false }
        guard let branch = name.isEmpty ? branches.defaultBranch(of: key.remote) : name, branch == key.branch else {
            return false
        }
        return BranchKey(remote: remote, branch: branch) == key
    }

    /// `nil` if the URL cannot be used; the promotion that needs it reports why.
    private func displayURL(_ url: String, project: String) -> String? {
        try? ports.remotes.remote(url, project: project, insecureSkipTLSVerify: false).displayURL
    }
}
