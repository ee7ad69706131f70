package import HoistwayModel

/// The configurations of steps, as far as they are known before the first step runs.
package enum StepForesight {
    /// The same steps; expressions that read only values known by then are replaced.
    ///
    /// A step that depends on outputs of others, or that takes secrets, stays unchanged.
    package static func configured(_ steps: [StepTemplate], in context: StepContext) -> [StepTemplate] {
        let records = steps.map { StepRecord(alias: $0.alias, uses: $0.uses) }
        return steps.indices.map { position in
            var step = steps[position]
            guard step.config.firstExpression() != nil, !StepPins.restsOnSteps(step),
                !(StepRegistry.kind(of: step.uses)?.takesSecrets ?? false)
            else { return step }
            let evaluator = StepEvaluator(context, steps: steps, records: records, position: position)
            // A step reports its own evaluation errors when it runs.
            if let configuration = try? evaluator.configuration(), configuration.secrets.isEmpty {
                step.config = configuration.config
            }
            return step
        }
    }
}
