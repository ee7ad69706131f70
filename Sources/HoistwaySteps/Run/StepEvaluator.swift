import HoistwayExpressions
import HoistwayModel

/// Evaluates the expressions of a promotion's step, with the values at the time when it runs.
struct StepEvaluator {
    /// A step's configuration without expressions.
    struct Configuration {
        var config: ConfigValue
        /// For people: `***` in place of secrets.
        var shown: ConfigValue
        /// Names of the secrets in it.
        var secrets: Set<String> = []
        /// The artifacts that single values were made from.
        var origins: [ConfigPath: Set<ArtifactOrigin>] = [:]
    }

    private let evaluation: PromotionEvaluation
    private let template: StepTemplate

    /// - Parameter records: those of all steps, in order.
    init(_ context: StepContext, steps: [StepTemplate], records: [StepRecord], position: Int) {
        template = steps[position]
        var surroundings = PromotionSurroundings(
            origins: context.origins,
            // Later steps may have records from an earlier try.
            steps: zip(steps, records).prefix(position + 1).compactMap(Self.step),
            currentAlias: template.alias
        )
        context.lookups.give(to: &surroundings)
        evaluation = PromotionEvaluation(
            context: Self.context(of: context),
            surroundings: surroundings,
            variables: Self.variables(context.promotion.variables),
            outputs: Self.outputs(of: context),
            outside: context.expressionScope
        )
    }

    /// The value of `if`.
    func condition(_ text: String) throws(ExpressionError) -> Bool {
        try evaluation.condition(text, variables: Self.variables(template.variables))
    }

    func configuration() throws(ExpressionError) -> Configuration {
        guard template.config.firstExpression() != nil else {
            return Configuration(config: template.config, shown: template.config)
        }
        var problems: [ExpressionError] = []
        let tree = TemplateTree(
            Value(template.config),
            at: "config",
            functions: KargoFunctions.signatures(in: .step),
            problems: &problems
        )
        if let problem = problems.first { throw problem }
        let value = try evaluation.configuration(tree, variables: Self.variables(template.variables))
        var configuration = Configuration(config: try value.configuration(), shown: try value.masked.configuration())
        configuration.secrets = value.marks?.secrets ?? []
        Self.note(value, at: ConfigPath(), in: &configuration.origins)
        return configuration
    }

    private static func note(
        _ value: Value,
        at path: ConfigPath,
        in origins: inout [ConfigPath: Set<ArtifactOrigin>]
    ) {
        guard let artifacts = value.marks?.artifacts, !artifacts.isEmpty else { return }
        switch value.content {
        case .array(let array):
            for (index, element) in array.elements.enumerated() { note(element, at: path[index], in: &origins) }
        case .map(let map):
            for case (.text(let key), let entry) in map.entries { note(entry, at: path[key.string], in: &origins) }
        default: origins[path] = artifacts
        }
    }

    /// Outputs carry the artifacts that their values were made from; others are recognised by their texts.
    private static func outputs(of context: StepContext) -> [String: Value] {
        let texts = ArtifactTexts(context.origins.flatMap(\.artifacts))
        var outputs: [String: Value] = [:]
        for (alias, output) in context.outputs {
            guard let origins = context.outputOrigins[alias], let entries = output.map else {
                outputs[alias] = texts.value(output)
                continue
            }
            var marked: [String: Value] = [:]
            for (name, entry) in entries { marked[name] = origins[name] == nil ? texts.value(entry) : Value(entry) }
            for (name, artifacts) in origins { marked[name] = marked[name]?.marked(Marks(artifacts: artifacts)) }
            outputs[alias] = .map(marked)
        }
        return outputs
    }

    private static func variables(_ variables: [PipelineVariable]?) -> [PromotionEvaluation.Variable] {
        (variables ?? []).map { PromotionEvaluation.Variable($0.name, $0.value) }
    }

    private static func context(of context: StepContext) -> PromotionEvaluation.Context {
        var result = PromotionEvaluation.Context()
        result.project = context.stage.project
        result.stage = context.stage.name
        result.promotion = context.promotion.id.text
        result.freight = context.promotion.freight.text
        result.freightAlias = context.freight?.alias ?? ""
        result.warehouse = context.freight?.origin.name ?? ""
        if case .person(let name) = context.promotion.actor { result.actor = name }
        return result
    }

    /// `nil`: the step was not reached.
    private static func step(_ template: StepTemplate, _ record: StepRecord) -> PromotionSurroundings.Step? {
        guard record.status != .pending else { return nil }
        var step = PromotionSurroundings.Step(
            alias: record.alias,
            status: record.status.rawValue,
            continueOnError: template.continueOnError
        )
        step.message = record.message
        step.errorCount = record.errorCount
        step.startedAt = record.startedAt.map(Moment.init)
        step.finishedAt = record.finishedAt.map(Moment.init)
        return step
    }
}

extension ExpressionError {
    /// The message and then the hint, as in failures of steps.
    var explained: String { hint.map { "\(message) (\($0))" } ?? message }
}
