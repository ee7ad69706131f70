import HoistwayModel

/// Values of metadata, ConfigMaps and the clock from earlier runs of a promotion, kept for later runs.
///
/// They are taken from the results of steps. A later run sees the same values, also where a step of the promotion has
/// changed them since. Values that depend on other steps are evaluated again: a branch may have moved.
struct StepPins: Sendable {
    private var configurations: [String: ConfigValue] = [:]
    private var decisions: [String: Bool] = [:]

    /// - Parameter results: of all steps of earlier runs.
    init(of promotion: PromotionRecord, results: [StepResult]) {
        // A promotion that has not acted begins at its first step.
        guard promotion.hasActed else { return }
        for result in results { configurations[result.alias] = result.config }
        for record in promotion.stepRecords where record.status.isFinal {
            if record.startedAt != nil {
                decisions[record.alias] = true
            } else if record.status == .skipped {
                decisions[record.alias] = false
            }
        }
    }

    /// The step's configuration; `nil`: it must be evaluated.
    ///
    /// That of an effect or a download may hold secrets, which are not stored.
    func configuration(of template: StepTemplate) -> StepEvaluator.Configuration? {
        guard !(StepRegistry.kind(of: template.uses)?.takesSecrets ?? false),
            template.config.firstExpression() != nil, !Self.restsOnSteps(template)
        else { return nil }
        return configurations[template.alias].map { StepEvaluator.Configuration(config: $0, shown: $0) }
    }

    /// The value of the step's `if`; `nil`: it must be evaluated.
    func decision(of template: StepTemplate, _ condition: String) -> Bool? {
        let functions = ["status", "success", "failure"]
        guard !Self.restsOnSteps(template), !functions.contains(where: condition.contains) else { return nil }
        return decisions[template.alias]
    }

    /// Whether a text of the step may read outputs of other steps.
    ///
    /// It searches for words only, so the answer is `true` too often rather than too seldom.
    static func restsOnSteps(_ template: StepTemplate) -> Bool {
        let texts = [template.condition ?? ""] + (template.variables ?? []).map(\.value) + template.config.texts
        return texts.contains { $0.opensExpression && ($0.contains("outputs") || $0.contains("stepMetas")) }
    }
}

extension ConfigValue {
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .list(let items): items.flatMap(\.texts)
        case .map(let entries): entries.values.flatMap(\.texts)
        case .null, .bool, .number: []
        }
    }
}
