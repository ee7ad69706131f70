/// Decides which Applications are refreshed for news, by the configuration.
package struct RefreshRules: Sendable, Equatable {
    /// A project with refresh on: it refreshes Applications that authorise one of its stages.
    package struct ProjectRule: Sendable, Equatable {
        package var options: ArgoCDOptions
        /// All stages of the project.
        package var stages: Set<StageKey>

        package init(options: ArgoCDOptions, stages: Set<StageKey>) {
            self.options = options
            self.stages = stages
        }
    }

    /// The cluster in which all Applications are refreshed; `nil`: there is none.
    package var wholeCluster: String?
    /// By name: projects with refresh on, each with its cluster.
    package var projects: [String: ProjectRule]
    /// By name: projects with refresh off, which have priority over ``wholeCluster``.
    package var exempt: [String: ProjectRule]

    package init(
        wholeCluster: String? = nil,
        projects: [String: ProjectRule] = [:],
        exempt: [String: ProjectRule] = [:]
    ) {
        self.wholeCluster = wholeCluster
        self.projects = projects
        self.exempt = exempt
    }

    /// - Parameters:
    ///   - wholeCluster: the cluster where the configuration has refresh on for everything.
    ///   - options: gives the options of a project.
    ///   - promotes: false for stages in observe mode: nothing is done for them.
    package init(
        _ pipelines: Pipelines,
        wholeCluster: String?,
        options: (String) -> ArgoCDOptions,
        promotes: (Stage) -> Bool
    ) {
        self.init(wholeCluster: wholeCluster)
        for (name, project) in pipelines.projects {
            let options = options(name)
            guard options.cluster != nil else { continue }
            let stages = project.stages.values
            guard options.refreshes else {
                exempt[name] = ProjectRule(options: options, stages: Set(stages.map(\.key)))
                continue
            }
            let open = Set(stages.filter(promotes).map(\.key))
            if !open.isEmpty { projects[name] = ProjectRule(options: options, stages: open) }
        }
    }

    /// The clusters in which something may have to be refreshed.
    ///
    /// - Parameter speaking: the projects that may receive the news; `nil`: all.
    package func clusters(for speaking: [String]?) -> [String] {
        var clusters = Set(projects.filter { speaking?.contains($0.key) ?? true }.compactMap(\.value.options.cluster))
        if speaking == nil, let wholeCluster { clusters.insert(wholeCluster) }
        return clusters.sorted()
    }

    /// Whether an Application is one of those to refresh.
    package func covers(_ application: Application, of cluster: String, for speaking: [String]?) -> Bool {
        // Read only once for any number of projects and stages.
        let entries = ApplicationAuthorization.entries(of: application)
        func isAuthorized(_ entry: ApplicationAuthorization.Entry, by rules: [String: ProjectRule]) -> Bool {
            guard let rule = rules[entry.stage.project], rule.options.cluster == cluster else { return false }
            return rule.stages.contains(entry.stage) && entry.counts(with: rule.options)
        }
        func mayHear(_ project: String) -> Bool { speaking?.contains(project) ?? true }
        if entries.contains(where: { mayHear($0.stage.project) && isAuthorized($0, by: projects) }) { return true }
        guard speaking == nil, wholeCluster == cluster else { return false }
        return !entries.contains { isAuthorized($0, by: exempt) }
    }

    /// The Applications of one cluster that a record affects, each with the reason.
    ///
    /// - Parameter keys: gives the keys of URLs; the caller caches them over many calls.
    package func concerned(
        by record: RefreshRecord,
        in cluster: String,
        among applications: [Application],
        keys: (String) -> RepositoryKey?
    ) -> [(key: ApplicationKey, concern: SourceConcern)] {
        var found: [(ApplicationKey, SourceConcern)] = []
        for application in applications where !application.isBeingDeleted && !application.skipsReconciling {
            let concern = SourceConcern(of: application, by: record.news, key: keys)
            // The authorisation is checked last, since it takes more time.
            guard let concern, covers(application, of: cluster, for: record.projects) else { continue }
            found.append((application.key, concern))
        }
        return found
    }
}
