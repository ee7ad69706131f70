import HoistwayModel

extension Checks {
    /// Manifests from a repository must not reach into this machine: a path there would be read with the rights of this
    /// program, and a push to it would run the hooks in it.
    func checkFiles() {
        guard !settings.git.allowFileURLs else { return }
        for project in projects where pipelines.projectsFromGit.contains(project.name) {
            for warehouse in project.warehouses.values.sorted(by: { $0.key.name < $1.key.name }) {
                for case .git(let subscription) in warehouse.subscriptions where URLText.isFile(subscription.repoURL) {
                    refuseFile(subscription.place, of: project)
                }
            }
            for stage in stages(of: project) {
                switch stage.promotion {
                case .controlFlow: continue
                case .steps(let steps):
                    for step in steps where Self.repositories(in: step.config).contains(where: URLText.isFile) {
                        refuseFile(step.place, of: project)
                    }
                case .mechanisms(let mechanisms):
                    for update in mechanisms.gitRepoUpdates where URLText.isFile(update.repoURL) {
                        refuseFile(update.place, of: project)
                    }
                }
            }
        }
    }

    private func refuseFile(_ place: SourcePlace, of project: Project) {
        problems.error(
            place,
            "manifests of project \(project.name) come from Git: they may not name a repository on this machine (file://)",
            hint: "serve it over https or ssh, or write `allowFileURLs: true` under git if you trust everybody who may "
                + "push these manifests"
        )
    }

    /// All values of `repoURL`, at any depth.
    private static func repositories(in value: ConfigValue) -> [String] {
        switch value {
        case .map(let entries):
            entries.flatMap { key, value in
                (key == "repoURL" ? [value.string].compactMap { $0 } : []) + repositories(in: value)
            }
        case .list(let items): items.flatMap(repositories(in:))
        default: []
        }
    }
}
