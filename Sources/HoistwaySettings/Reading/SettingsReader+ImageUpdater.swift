import HoistwayModel

extension SettingsReader {
    /// How often Image Updater's own objects are read: no watch follows them.
    private static let interval: Duration = .seconds(60)

    /// `imageUpdater`, and the manifests that are made of the Applications where it is on.
    func imageUpdater(
        _ fields: Fields,
        clusters: [ClusterSettings],
        argocd: ArgoCDSettings
    ) -> (settings: ImageUpdaterSettings, source: FollowedManifests?) {
        guard let own = fields.fields("imageUpdater") else { return (ImageUpdaterSettings(), nil) }
        let settings = ImageUpdaterSettings(
            isEnabled: own.bool("enabled") ?? ImageUpdaterSettings.defaultEnabled,
            projects: own.strings("projects"),
            allowedBranches: own.strings("allowedBranches")
        )
        own.finish()
        for name in settings.projects where !Name.isSubdomain(name) {
            problems.error(own.place(of: "projects"), "\(ShownText.text(name)) is not the name of an AppProject")
        }
        let patterns = PatternChecks(problems: problems)
        for branch in settings.allowedBranches { patterns.glob(branch, place: own.place(of: "allowedBranches")) }
        guard settings.isEnabled else { return (settings, nil) }
        guard !settings.projects.isEmpty else {
            problems.error(
                own.place,
                "imageUpdater is on, and no AppProject is opted in",
                hint:
                    "list them in imageUpdater.projects: whoever may write their Applications chooses what is promoted"
            )
            return (settings, nil)
        }
        guard let cluster = argocd.cluster ?? (clusters.count == 1 ? clusters.first?.name : nil) else {
            problems.error(
                own.place,
                clusters.isEmpty
                    ? "imageUpdater is on, and no cluster is configured"
                    : "imageUpdater is on, and which of the clusters has the Applications is not said",
                hint: clusters.isEmpty ? "write the cluster below kubernetes.clusters" : "write argocd.cluster"
            )
            return (settings, nil)
        }
        let policy = ImageUpdaterPolicy(
            projects: settings.projects,
            allowedBranches: settings.allowedBranches,
            namespace: argocd.namespace ?? ArgoCDOptions().namespace
        )
        return (
            settings,
            FollowedManifests(
                source: ManifestSource(applicationsOf: cluster, policy: policy),
                interval: Self.interval,
                place: own.place
            )
        )
    }
}
