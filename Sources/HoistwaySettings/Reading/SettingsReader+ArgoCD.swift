import HoistwayModel

extension SettingsReader {
    /// `kubernetes.clusters`, in the order of the file.
    func clusters(_ fields: Fields) -> [ClusterSettings] {
        guard let kubernetes = fields.fields("kubernetes") else { return [] }
        let clusters = byName("clusters", of: kubernetes, read: cluster(_:))
        kubernetes.finish()
        for (name, cluster) in clusters where !Name.isLabelLike(name) {
            problems.error(
                cluster.place,
                "\(ShownText.text(name)) cannot be the name of a cluster",
                hint: "lower-case letters, digits and hyphens"
            )
        }
        return clusters.map { ClusterSettings(name: $0.key, access: $0.value.access, place: $0.value.place) }
            .sorted { ($0.place.line, $0.name) < ($1.place.line, $1.name) }
    }

    /// A cluster with an error is in the list too: a choice of it is not an error.
    private func cluster(_ fields: Fields) -> (access: ClusterSettings.Access, place: SourcePlace) {
        let isInside = fields.bool("inCluster") ?? false
        let file = existingFile("kubeconfig", fields)
        let context = fields.string("context").flatMap { $0.isEmpty ? nil : $0 }
        fields.finish()
        switch (isInside, file) {
        case (false, let file?): return (.kubeconfig(file: file, context: context), fields.place)
        case (true, nil):
            guard context != nil else { return (.inCluster, fields.place) }
            problems.error(fields.place(of: "context"), "context goes with a kubeconfig: inCluster has no contexts")
        case (true, .some):
            problems.error(fields.place, "a cluster is reached by a kubeconfig or by inCluster, not by both")
        case (false, nil):
            problems.error(
                fields.place,
                "the cluster has neither kubeconfig nor inCluster",
                hint: "name a kubeconfig, or set inCluster where Hoistway runs in the cluster itself"
            )
        }
        return (.inCluster, fields.place)
    }

    /// `argocd`, of the whole program.
    func argocd(_ fields: Fields, clusters: [ClusterSettings]) -> ArgoCDSettings {
        guard let argocd = fields.fields("argocd") else { return ArgoCDSettings() }
        var settings = common(argocd, clusters: clusters)
        settings.instance = argocd.string("instance")
        if let instance = settings.instance, !instance.isEmpty, !Name.isSubdomain(instance) {
            problems.error(
                argocd.place(of: "instance"),
                "\(ShownText.text(instance)) cannot be the name of an instance",
                hint: "lower-case letters, digits, hyphens and dots"
            )
        }
        settings.acceptsKargoAnnotation = argocd.bool("kargoAnnotation")
        argocd.finish()
        return settings
    }

    /// `argocd`, of one project.
    func projectArgoCD(_ project: Fields, clusters: [ClusterSettings]) -> ArgoCDSettings? {
        guard let argocd = project.fields("argocd") else { return nil }
        let settings = common(argocd, clusters: clusters)
        argocd.finish(hint: isOfProgram(argocd) ? "instance and kargoAnnotation belong below argocd at the top" : nil)
        return settings
    }

    private func isOfProgram(_ argocd: Fields) -> Bool {
        argocd.node.entries?.contains { ["instance", "kargoAnnotation"].contains($0.key) } ?? false
    }

    private func common(_ argocd: Fields, clusters: [ClusterSettings]) -> ArgoCDSettings {
        let namespace = argocd.string("namespace").flatMap { $0.isEmpty ? nil : $0 }
        if let namespace, !Name.isLabelLike(namespace) {
            problems.error(
                argocd.place(of: "namespace"),
                "\(ShownText.text(namespace)) is not the name of a namespace",
                hint: "lower-case letters, digits and hyphens"
            )
        }
        return ArgoCDSettings(
            cluster: chosenCluster(argocd, among: clusters.map(\.name)),
            namespace: namespace,
            refreshes: argocd.bool("refresh"),
            whenMissing: argocd.choice("whenMissing", MissingArgoCD.self)
        )
    }

    private func chosenCluster(_ argocd: Fields, among known: [String]) -> String? {
        guard let name = argocd.string("cluster"), !name.isEmpty else { return nil }
        guard !known.contains(name) else { return name }
        let hint =
            known.isEmpty
            ? "write it below kubernetes.clusters"
            : Spelling.hint(for: name, among: known) ?? "kubernetes.clusters has \(Listing.text(known))"
        problems.error(argocd.place(of: "cluster"), "there is no cluster \(ShownText.text(name))", hint: hint)
        return nil
    }
}
