import HoistwayModel

extension Checks {
    /// Reports features that a Git host does not have, where the manifests name the host.
    func checkPullRequests() {
        for stage in projects.flatMap(stages(of:)) {
            guard case .steps(let steps) = stage.promotion else { continue }
            for step in steps where Self.pullRequestSteps.contains(step.uses) && step.constantCondition != false {
                check(step)
            }
        }
    }

    private static let pullRequestSteps = ["git-open-pr", "git-wait-for-pr", "git-merge-pr"]

    private func check(_ step: StepTemplate) {
        guard let url = known("repoURL", of: step), let key = RepositoryKey(url: url) else { return }
        let written = step.config["provider"]?.string ?? ""
        guard !written.opensExpression else { return }
        let authority = String(key.text.prefix { $0 != "/" })
        let host = String(authority.prefix { $0 != ":" })
        let configured = settings.git.hosts.first { $0.host == authority }?.provider?.rawValue
        guard let kind = ForgeKind(host: host, provider: written.isEmpty ? configured : written) else {
            problems.error(
                step.place,
                "\(step.uses): nothing says which Git host \(ShownText.quoted(host)) is",
                hint: "write provider: azure, bitbucket, gitea, github or gitlab, here or for the host below git.hosts"
            )
            return
        }
        guard let method = known("mergeMethod", of: step), let problem = MergeMethod.problem(method, at: kind) else {
            return
        }
        problems.error(step.place, "\(step.uses): \(problem.message)", hint: problem.hint)
    }

    /// The value of a key without expressions; `nil`: it is absent, or not known before the step runs.
    private func known(_ key: String, of step: StepTemplate) -> String? {
        guard let text = step.config[key]?.string, !text.isEmpty, !text.opensExpression else { return nil }
        return text
    }
}
