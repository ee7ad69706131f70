import HoistwayModel

extension Checks {
    /// Stages with steps for Argo CD need a cluster, or a setting for its absence.
    func checkArgoCD() {
        for project in projects {
            let uses = stages(of: project).compactMap { stage in ArgoCDUse(stage).map { (stage, $0) } }
            let options = settings.argocdOptions(of: project.name)
            if options.cluster == nil {
                if settings.clusters.isEmpty {
                    checkMissing(uses, in: project)
                } else {
                    checkChoice(uses, in: project)
                }
            }
            if options.refreshes, options.cluster == nil { checkRefresh(of: project) }
        }
        checkSecondWebhook()
        checkWhoNamesStages()
    }

    /// Warns where several clusters are configured and no key says which one the project's Applications are in.
    private func checkChoice(_ uses: [(Stage, ArgoCDUse)], in project: Project) {
        guard let first = uses.first else { return }
        problems.error(
            first.1.place,
            "\(Self.subject(uses.map(\.0))) of the project \(project.name) "
                + "use\(uses.count == 1 ? "s" : "") \(Self.steps(uses.map(\.1))), and nobody has chosen among the "
                + "clusters \(Listing.text(settings.clusters.map(\.name)))",
            hint: "name one with argocd.cluster in \(file), at the top or below projects.\(project.name)"
        )
    }

    private func checkRefresh(of project: Project) {
        let own = settings.projects[project.name]?.argocd?.refreshes != nil
        let place = place(own ? "projects.\(project.name).argocd.refresh" : "argocd.refresh")
        guard !settings.clusters.isEmpty else { return tellNothingToRefresh(place) }
        problems.error(
            place,
            "refresh is on for the project \(project.name), and nobody has chosen among the clusters "
                + Listing.text(settings.clusters.map(\.name)),
            hint: "write argocd.cluster at the top, or below projects.\(project.name)"
        )
    }

    /// Nobody can see from here which servers the Git host calls: one warning, which can be acknowledged.
    private func checkSecondWebhook() {
        let on = projects.map(\.name).filter { name in
            let options = settings.argocdOptions(of: name)
            return options.refreshes && options.cluster != nil
        }
        guard let first = on.first else { return }
        let isTop = settings.argocd.refreshes == true
        problems.warning(
            place(isTop ? "argocd.refresh" : "projects.\(first).argocd.refresh"),
            "a push refreshes Applications: where the Git host calls Argo CD's own webhook too, they are refreshed twice",
            hint: "take Argo CD's webhook (/api/webhook) out of the Git host's settings, or acknowledge this warning"
        )
    }

    private func tellNothingToRefresh(_ place: SourcePlace) {
        problems.error(
            place,
            "refresh is on, and no cluster is configured: there is nothing to refresh",
            hint: "write the cluster below kubernetes.clusters"
        )
    }

    /// Anyone who can write a project's name into a manifest can name a stage that an Application trusts.
    private func checkWhoNamesStages() {
        guard !settings.clusters.isEmpty else { return }
        for followed in settings.manifestSources where followed.source.projects == nil {
            problems.warning(
                place("\(followed.place.path).projects"),
                "whoever writes manifests there can define any project, and so take the name of a stage that an "
                    + "Application of somebody else authorises",
                hint: "list the projects that this source may define"
            )
        }
    }

    /// No cluster is configured, so those steps fail or are skipped.
    ///
    /// One warning for each project, naming the stages, and one where nothing of a stage is left.
    private func checkMissing(_ uses: [(Stage, ArgoCDUse)], in project: Project) {
        let failing = uses.filter { $0.0.missingArgoCD == .fail }
        let skipping = uses.filter { $0.0.missingArgoCD == .skip }
        if let first = failing.first {
            problems.warning(
                first.1.place,
                "\(Self.subject(failing.map(\.0))) will fail at \(Self.steps(failing.map(\.1))): "
                    + "no cluster is configured",
                hint: "write the cluster below kubernetes.clusters; or write `argocd: {whenMissing: skip}` in \(file), "
                    + "at the top or below projects.\(project.name): such steps are then skipped, and Argo CD follows "
                    + "the branch by itself, or by a webhook of the Git host"
            )
        }
        if let first = skipping.first {
            problems.warning(
                first.1.place,
                "\(Self.subject(skipping.map(\.0))) skip\(skipping.count == 1 ? "s" : "") "
                    + "\(Self.steps(skipping.map(\.1))): no cluster is configured, and argocd.whenMissing is skip",
                hint: "let Argo CD follow the branch by itself, or by a webhook of the Git host"
            )
        }
        for (stage, use) in skipping where use.isAll {
            problems.warning(
                use.place,
                "every step of the stage \(stage.key.name) is skipped: no freight is ever verified there",
                hint: "let the stage push a branch, or approve freight for the stages after it: "
                    + "`hoistway approve`"
            )
        }
    }

    /// A stage that is not named here would fail without a warning.
    private static let maxNamed = 100

    private static func subject(_ stages: [Stage]) -> String {
        "the stage\(stages.count == 1 ? "" : "s") \(Listing.text(stages.map(\.key.name), limit: maxNamed))"
    }

    private static func steps(_ uses: [ArgoCDUse]) -> String {
        var names: [String] = []
        for name in uses.flatMap(\.names) where !names.contains(name) { names.append(name) }
        return Listing.text(names)
    }
}

/// Where one stage talks to Argo CD.
private struct ArgoCDUse {
    /// Steps, or the key of the old form.
    var names: [String]
    /// Of the first step.
    var place: SourcePlace
    /// The stage has no steps besides those for Argo CD.
    var isAll: Bool

    /// `nil` where the stage does not use Argo CD.
    init?(_ stage: Stage) {
        switch stage.promotion {
        case .controlFlow: return nil
        case .steps(let steps):
            let running = steps.filter { $0.constantCondition != false }
            let found = running.filter { StepCatalogue.needingCluster.contains($0.uses) }
            guard let first = found.first else { return nil }
            self.init(names: found.map(\.uses), place: first.place, isAll: found.count == running.count)
        case .mechanisms(let mechanisms):
            guard let first = mechanisms.argoCDAppUpdates.first else { return nil }
            self.init(names: ["argoCDAppUpdates"], place: first.place, isAll: mechanisms.gitRepoUpdates.isEmpty)
        }
    }

    private init(names: [String], place: SourcePlace, isAll: Bool) {
        self.names = names
        self.place = place
        self.isAll = isAll
    }
}
