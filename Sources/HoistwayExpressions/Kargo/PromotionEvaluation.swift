/// Evaluates the expressions of a promotion's steps: `vars`, `if` and `config`.
///
/// Everything is evaluated again for each step and each attempt, as in Kargo, so that changed outputs are used.
package struct PromotionEvaluation: Sendable {
    /// `ctx` without the values that depend on the step.
    package struct Context: Sendable {
        package var uiBaseURL = ""
        package var project = ""
        package var stage = ""
        package var promotion = ""
        package var freight = ""
        package var freightAlias = ""
        package var warehouse = ""
        /// Who requested the promotion; empty for automatic promotion.
        package var actor = ""
        package var isRollback = false

        package init() {}
    }

    package struct Variable: Sendable, Equatable {
        package var name: String
        /// A template or a plain text.
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var context: Context
    package var surroundings: PromotionSurroundings
    /// Variables of the stage, then those of its promotion template.
    package var variables: [Variable]
    /// By the alias of the step, with the namespace of its task.
    package var outputs: [String: Value]
    /// Gives patterns, the current time, time zones and limits.
    package var outside: Scope

    package init(
        context: Context,
        surroundings: PromotionSurroundings,
        variables: [Variable],
        outputs: [String: Value],
        outside: Scope
    ) {
        self.context = context
        self.surroundings = surroundings
        self.variables = variables
        self.outputs = outputs
        self.outside = outside
    }

    /// The merged variables: later ones win, and see those before them.
    ///
    /// - Parameter own: variables of the step (and of the task that it comes from); only these can use outputs.
    package func merged(_ own: [Variable]) throws(ExpressionError) -> Value {
        var values: [String: Value] = [:]
        var left = TextAllowance.configuration
        for (index, variable) in (variables + own).enumerated() {
            let scope = scope(.variable, values, seesOutputs: index >= variables.count)
            do throws(ExpressionError) {
                let functions = KargoFunctions.signatures(in: .variable)
                values[variable.name] = try Template(variable.value, functions: functions).evaluate(in: scope, &left)
            } catch {
                throw error.within("vars.\(variable.name)")
            }
        }
        return .map(values)
    }

    /// The result of a step's `if`.
    package func condition(_ text: String, variables own: [Variable]) throws(ExpressionError) -> Bool {
        let scope = scope(.step, try merged(own))
        do throws(ExpressionError) {
            let value = try Template(text, functions: KargoFunctions.signatures(in: .step)).evaluate(in: scope)
            guard let flag = value.boolean else {
                throw ExpressionError(
                    .evaluation,
                    "the result is true or false, and this is \(value.kindName)",
                    in: text,
                    hint: Template.hasExpressions(text) ? nil : "write it between `${{` and `}}`"
                )
            }
            return flag
        } catch {
            throw error.within("if")
        }
    }

    /// A step's `config`; a step without one has an empty map.
    package func configuration(
        _ configuration: TemplateTree?,
        variables own: [Variable]
    ) throws(ExpressionError) -> Value {
        guard let configuration else { return .map([:]) }
        return try configuration.evaluate(in: scope(.step, try merged(own)))
    }

    // MARK: Variables of the language

    private func scope(_ place: ExpressionPlace, _ vars: [String: Value], seesOutputs: Bool) -> Scope {
        scope(place, .map(vars), seesOutputs: seesOutputs)
    }

    private func scope(_ place: ExpressionPlace, _ vars: Value, seesOutputs: Bool = true) -> Scope {
        var scope = outside
        scope.functions.merge(KargoFunctions.functions(in: place, of: surroundings)) { _, own in own }
        scope.variables["ctx"] = ctx
        scope.variables["vars"] = vars
        guard seesOutputs else { return scope }
        scope.variables["outputs"] = .map(outputs)
        let steps = surroundings.steps.map { ($0.alias, KargoTypes.value($0)) }
        scope.variables["stepMetas"] = .map(Dictionary(steps) { first, _ in first })
        if let taskOutputs { scope.variables["task"] = .map(["outputs": .map(taskOutputs)]) }
        return scope
    }

    private var ctx: Value {
        .map([
            "uiBaseUrl": .string(context.uiBaseURL), "project": .string(context.project),
            "stage": .string(context.stage), "promotion": .string(context.promotion),
            "targetFreight": .map([
                "name": .string(context.freight), "alias": .string(context.freightAlias),
                "origin": .map(["name": .string(context.warehouse)]),
            ]),
            "meta": .map([
                "promotion": .map(["actor": .string(context.actor), "rollback": .bool(context.isRollback)]),
                "step": .map(["alias": .string(surroundings.currentAlias)]),
            ]),
        ])
    }

    /// Outputs of the same task by the steps' own aliases; `nil` outside of tasks.
    private var taskOutputs: [String: Value]? {
        let namespace = KargoFunctions.parts(of: surroundings.currentAlias).namespace
        guard !namespace.isEmpty else { return nil }
        var own: [String: Value] = [:]
        for (alias, output) in outputs {
            let parts = KargoFunctions.parts(of: alias)
            if parts.namespace == namespace { own[parts.name] = output }
        }
        return own
    }
}
