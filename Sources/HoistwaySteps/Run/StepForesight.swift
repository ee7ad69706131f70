package import HoistwayModel

/// What steps are configured with, as far as that can be told before the first of them runs.
package enum StepForesight {
    /// The same steps; those whose expressions read only what is known by then have none any more.
    ///
    /// A step that rests on outputs of others, or that is no workspace step, stays as it is.
    package static func configured(_ steps: [StepTemplate], in context: StepContext) -> [StepTemplate] {
        let records = steps.map { StepRecord(alias: $0.alias, uses: $0.uses) }
        return steps.indices.map { position in
            var step = steps[position]
            guard step.config.firstExpression() != nil, !StepPins.restsOnSteps(step),
                !(StepRegistry.kind(of: step.uses)?.takesSecrets ?? false)
            else { return step }
            let evaluator = StepEvaluator(context, steps: steps, records: records, position: position)
            // What cannot be evaluated is for its step to tell.
            if let configuration = try? evaluator.configuration(), configuration.secrets.isEmpty {
                step.config = configuration.config
            }
            return step
        }
    }
}
