import HoistwayModel
import HoistwayPatterns

extension Checks {
    /// A policy that selects no stage was probably meant for one.
    func checkPolicies() {
        let matcher = Patterns()
        for project in projects {
            var exact: [String: SourcePlace] = [:]
            for policy in project.promotionPolicies where isComplete && unplaced.isEmpty {
                if case .exact(let name) = policy.selector.name, policy.selector.isNameOnly {
                    if let first = exact[name] {
                        problems.error(
                            policy.place,
                            "a second policy for the stage \(name): the first is in line \(first.line)"
                        )
                    }
                    exact[name] = policy.place
                }
                guard !project.stages.values.contains(where: { policy.selector.selects($0, matcher: matcher) }) else {
                    continue
                }
                problems.warning(
                    policy.place,
                    "this policy selects no stage of the project \(project.name)",
                    hint: policy.selector.exactName.flatMap {
                        Spelling.hint(for: $0, among: project.stages.keys.sorted())
                    }
                )
            }
        }
    }

    /// Our own options must name projects, stages and warehouses that exist.
    func checkOptions() {
        guard isComplete else { return }
        for (name, options) in settings.projects.sorted(by: { $0.key < $1.key }) {
            guard let project = pipelines.projects[name] else {
                tellMissing("project", name, at: options.place, among: Array(pipelines.projects.keys))
                continue
            }
            for (stage, option) in options.stages where project.stages[stage] == nil {
                tellMissing("stage", stage, at: option.place, among: Array(project.stages.keys))
            }
            for (warehouse, option) in options.warehouses where project.warehouses[warehouse] == nil {
                tellMissing("warehouse", warehouse, at: option.place, among: Array(project.warehouses.keys))
            }
        }
    }

    private func tellMissing(_ kind: String, _ name: String, at place: SourcePlace, among known: [String]) {
        guard !unplaced.contains(name) else { return }
        problems.error(
            place,
            "options are given for the \(kind) \(ShownText.text(name)), which is not there",
            hint: Spelling.hint(for: name, among: known.sorted())
        )
    }
}

extension StageSelector {
    fileprivate var isNameOnly: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

    fileprivate var exactName: String? {
        guard case .exact(let name) = name else { return nil }
        return name
    }
}
