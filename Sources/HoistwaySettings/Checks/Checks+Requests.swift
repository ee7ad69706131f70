import HoistwayModel

extension Checks {
    /// Reports requests of steps that could never be sent, as far as manifests and configuration show it.
    func checkRequests() {
        for stage in projects.flatMap(stages(of:)) {
            guard case .steps(let steps) = stage.promotion else { continue }
            let policy = settings.httpPolicy(of: stage.key.project)
            for step in steps where ["http", "http-download"].contains(step.uses) && step.constantCondition != false {
                check(urlOf: step, policy)
            }
        }
    }

    private func check(urlOf step: StepTemplate, _ policy: HTTPPolicy) {
        guard let url = step.config["url"]?.string, !url.opensExpression else { return }
        guard let scheme = URLText.scheme(of: url), ["http", "https"].contains(scheme) else {
            problems.error(
                step.place,
                "\(step.uses): url is not an http or https URL",
                hint: "write it as in https://example.com/file"
            )
            return
        }
        if let address = WebAddress(url) { warn(of: address, step, policy) }
    }

    /// Warns where the policy refuses a step's request; the other stages can still be promoted.
    func warn(of address: WebAddress, _ step: StepTemplate, _ policy: HTTPPolicy) {
        guard let refusal = policy.refusal(of: address) else { return }
        problems.warning(step.place, "will fail at \(step.uses): \(refusal.message)", hint: refusal.hint)
    }
}
