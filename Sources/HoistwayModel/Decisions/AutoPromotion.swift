/// Whether promotions to a stage are made automatically.
package struct AutoPromotion: Sendable, Equatable {
    package var isEnabled: Bool
    /// The policy that decides, or how to switch automatic promotion on.
    package var reason: String
    /// Without the place of the policy, which is a path on the server, since this text goes into commits.
    package var summary: String { "auto-promotion is \(isEnabled ? "on" : "off")" }

    /// The first policy that selects the stage decides, even if a later one differs; without any, it is off.
    package static func of(_ stage: Stage, in project: Project, matcher: some PatternMatcher) -> AutoPromotion {
        for policy in project.promotionPolicies where policy.selector.selects(stage, matcher: matcher) {
            return AutoPromotion(
                isEnabled: policy.autoPromotionEnabled,
                reason:
                    "auto-promotion is \(policy.autoPromotionEnabled ? "on" : "off") for \(stage.key.name) (\(policy.place))"
            )
        }
        return AutoPromotion(
            isEnabled: false,
            reason: "auto-promotion is off for \(stage.key.name): turn it on with a policy in the ProjectConfig of "
                + "\(project.name) (promotionPolicies: [{stageSelector: {name: \(stage.key.name)}, autoPromotionEnabled: true}])"
        )
    }
}

extension StageSelector {
    package func selects(_ stage: Stage, matcher: some PatternMatcher) -> Bool {
        let isNamed =
            switch name {
            case nil: true
            case .exact(let text): text == stage.key.name
            case .glob(let pattern): matcher.matches(glob: pattern, stage.key.name)
            case .regex(let pattern): matcher.matches(regex: pattern, stage.key.name)
            }
        return isNamed && labels.matches(stage.labels)
    }

    private var labels: LabelSelector {
        LabelSelector(matchLabels: matchLabels, matchExpressions: matchExpressions)
    }
}
