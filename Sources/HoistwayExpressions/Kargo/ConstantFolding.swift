/// Evaluates everything that depends only on the manifests.
///
/// These are templates of constant variables, the names of project and stage, and functions whose result depends only
/// on their arguments.
///
/// The value is exactly the one in a promotion: the same templates, in the same order, by the same rules.
///
/// One value serves one reading of manifests. Its work is limited, whatever they contain: anything beyond the limit
/// stays unknown.
package struct ConstantFolding {
    /// The limit of all evaluations in one reading of manifests.
    package final class Budget {
        /// In nodes of expressions.
        package private(set) var left: Int

        package init(_ nodes: Int = 20_000_000) { left = nodes }

        /// The same rest, for evaluations on another thread.
        package func copy() -> Budget { Budget(left) }

        /// Takes what evaluations on another thread have spent.
        package func spend(_ nodes: Int) { left -= nodes }

        /// Takes an expression's nodes from the rest; `false` where the rest is too small.
        fileprivate func spend(_ expression: Expression) -> Bool {
            left -= expression.weight
            return left >= 0
        }
    }

    package enum Result: Sendable {
        case value(Value)
        /// It depends on freight, outputs, the current time or other data that is not in the manifests.
        case unknown
        /// It can be evaluated, and always fails.
        case failure(ExpressionError)
    }

    /// The value of a variable, as far as it is known.
    private enum Variable: Sendable {
        case value(Value)
        case unknown
    }

    private let project: String?
    private let stage: String?
    /// Whether a name without a definition is nil; otherwise a later definition is possible.
    private let isComplete: Bool
    private var variables: [String: Variable] = [:]
    private let outside: Scope
    private let budget: Budget

    /// Anything larger is left to the promotion, so that the manifests are read in bounded time.
    private static let limits = EvaluationLimits(steps: maxSteps, elements: maxSteps, bytes: 256 << 10)
    fileprivate static let maxSteps = 20_000

    /// - Parameters:
    ///   - project: `nil`: not known, for example for a task that several projects use.
    ///   - isComplete: whether all variables are defined here.
    ///   - outside: gives patterns; its variables and functions are not used.
    package init(
        project: String?,
        stage: String?,
        isComplete: Bool = true,
        outside: Scope,
        budget: Budget = Budget()
    ) {
        self.project = project
        self.stage = stage
        self.isComplete = isComplete
        self.budget = budget
        var outside = outside
        outside.limits = Self.limits
        self.outside = outside
    }

    /// Defines the next variable; a later one of the same name wins, and sees those before it.
    ///
    /// - Returns: the error with which every promotion would fail here; `nil` where there is none, or it is not known.
    package mutating func define(_ name: String, _ template: Template) -> ExpressionError? {
        switch result(of: template) {
        case .value(let value): variables[name] = .value(value)
        case .unknown: variables[name] = .unknown
        case .failure(let error):
            variables[name] = .unknown
            return error
        }
        return nil
    }

    /// Defines a variable of which only the name is known.
    package mutating func define(unknown name: String) { variables[name] = .unknown }

    /// Whether the variable has a definition.
    package func defines(_ name: String) -> Bool { variables[name] != nil }

    /// The names of all variables with a definition.
    package var names: [String] { variables.keys.sorted() }

    package func result(of template: Template) -> Result {
        guard Template.hasExpressions(template.source) else { return .value(.string(template.source)) }
        let expressions = template.expressions
        guard expressions.allSatisfy(isConstant) else {
            // An expression that always fails makes the whole template fail, whatever the others give.
            for expression in expressions where isConstant(expression) {
                if let alone = try? Template("${% \(expression.source) %}", functions: Self.signatures),
                    case .failure(let error) = evaluate(alone)
                {
                    return .failure(error)
                }
            }
            return .unknown
        }
        return evaluate(template)
    }

    /// The names in an expression, without those in parts that are never evaluated.
    ///
    /// Such a part is the other side of a condition that the manifests decide.
    package func mentions(of expression: Expression) -> [Mention] {
        mentions(of: expression, from: expression.tree.root, Decisions())
    }

    /// The known conditions of one expression; one condition is part of many others.
    private final class Decisions {
        var known: [NodeID: Bool?] = [:]
        /// The known texts of calls' arguments.
        var texts: [NodeID: String?] = [:]
        /// No further ones are evaluated.
        static let limit = 100
    }

    private func mentions(of expression: Expression, from node: NodeID, _ decisions: Decisions) -> [Mention] {
        expression.mentions(
            from: node,
            deciding: { decide($0, of: expression, decisions) },
            naming: { text(of: $0, in: expression, decisions) }
        )
    }

    /// The text of an argument, where the manifests alone decide it.
    private func text(of argument: NodeID, in expression: Expression, _ decisions: Decisions) -> String? {
        if let known = decisions.texts[argument] { return known }
        guard decisions.texts.count < Decisions.limit else { return nil }
        // The parts of the argument must not evaluate it again.
        decisions.texts[argument] = .some(nil)
        var text: String?
        if mentions(of: expression, from: argument, decisions).allSatisfy(isConstant), budget.spend(expression) {
            var evaluator = Evaluator(expression.tree, expression.natures, in: scope)
            // The evaluation of the whole expression reports this failure.
            text = (try? evaluator.evaluate(argument))?.text?.string
        }
        decisions.texts[argument] = .some(text)
        return text
    }

    private func decide(_ condition: NodeID, of expression: Expression, _ decisions: Decisions) -> Bool? {
        if let known = decisions.known[condition] { return known }
        guard decisions.known.count < Decisions.limit else { return nil }
        var flag: Bool?
        if mentions(of: expression, from: condition, decisions).allSatisfy(isConstant), budget.spend(expression) {
            var evaluator = Evaluator(expression.tree, expression.natures, in: scope)
            // The evaluation of the whole expression reports this failure.
            flag = (try? evaluator.evaluate(condition))?.boolean
        }
        decisions.known[condition] = .some(flag)
        return flag
    }

    private var scope: Scope {
        var scope = outside
        scope.functions = KargoFunctions.functions(in: .step, of: PromotionSurroundings())
            .merging(TemplateFunctions.functions) { _, own in own }
        scope.variables = ["ctx": .map(context), "vars": .map(values)]
        return scope
    }

    private func evaluate(_ template: Template) -> Result {
        guard template.expressions.allSatisfy(budget.spend) else { return .unknown }
        do throws(ExpressionError) {
            return .value(try template.evaluate(in: scope))
        } catch {
            return error.kind == .limit ? .unknown : .failure(error)
        }
    }

    private var values: [String: Value] {
        variables.compactMapValues { if case .value(let value) = $0 { value } else { nil } }
    }

    private var context: [String: Value] {
        ["project": project, "stage": stage].compactMapValues { $0.map(Value.string) }
    }

    // MARK: What is constant

    private static let signatures = KargoFunctions.signatures(in: .step)
    /// Functions of Kargo and of templates that use only their arguments.
    private static let pure = Set(TemplateFunctions.signatures.keys).union(["semverDiff", "semverParse", "always"])
    /// Functions of the language that use the clock or the time zone database.
    private static let impure: Set<String> = ["now", "date", "timezone"]
    /// Names that have a value only during a promotion.
    private static let ofPromotions: Set<String> = ["outputs", "task", "stepMetas", "target", "secrets"]

    private func isConstant(_ expression: Expression) -> Bool { mentions(of: expression).allSatisfy(isConstant) }

    private func isConstant(_ mention: Mention) -> Bool {
        switch mention.subject {
        case .call(let name, _): isPure(name)
        case .variable(let path): isConstant(path)
        }
    }

    private func isPure(_ name: String) -> Bool {
        Self.pure.contains(name) || BuiltinTable.names.contains(name) && !Self.impure.contains(name)
    }

    private func isConstant(_ path: [String]) -> Bool {
        switch path.first {
        case nil: return false
        case "ctx":
            guard path.count > 1 else { return false }
            return path[1] == "project" && project != nil || path[1] == "stage" && stage != nil
        case "vars":
            guard path.count > 1 else {
                return isComplete && variables.values.allSatisfy { if case .value = $0 { true } else { false } }
            }
            switch variables[path[1]] {
            case .value?: return true
            case .unknown?: return false
            case nil: return isComplete
            }
        case let name?: return !Self.ofPromotions.contains(name)
        }
    }
}

extension Expression {
    /// The approximate number of nodes in its evaluation.
    fileprivate var weight: Int {
        let repeats = tree.nodes.contains { node in
            switch node {
            case .predicate, .binary(.range, _, _): true
            case .builtin(let call): call.name == "repeat"
            default: false
            }
        }
        return tree.count + (repeats ? ConstantFolding.maxSteps : 0)
    }
}
