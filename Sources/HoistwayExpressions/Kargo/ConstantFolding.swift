/// Evaluates what the manifests alone decide: templates of constant variables, the names of project and stage, and
/// functions whose result follows from their arguments.
///
/// The value is exactly the one that a promotion would get: the same templates, in the same order, by the same rules.
///
/// Lives inside one reading of manifests; its work is bounded, whatever they hold: what is left over stays unknown.
package struct ConstantFolding {
    /// How much may be evaluated in one reading of manifests.
    package final class Budget {
        /// In nodes of expressions.
        private var left: Int

        package init(_ nodes: Int = 20_000_000) { left = nodes }

        /// Whether there is enough for that expression.
        fileprivate func spend(_ expression: Expression) -> Bool {
            left -= expression.weight
            return left >= 0
        }
    }

    package enum Result: Sendable {
        case value(Value)
        /// It depends on freight, outputs, the present or something else outside.
        case unknown
        /// It can be evaluated, and never succeeds.
        case failure(ExpressionError)
    }

    /// What is known of one variable.
    private enum Variable: Sendable {
        case value(Value)
        case unknown
    }

    private let project: String?
    private let stage: String?
    /// Whether names that nobody has defined are nil; otherwise somebody may define them yet.
    private let isComplete: Bool
    private var variables: [String: Variable] = [:]
    private let outside: Scope
    private let budget: Budget

    /// More than this stays for the promotion: the manifests are read in bounded time.
    private static let limits = EvaluationLimits(steps: maxSteps, elements: maxSteps, bytes: 256 << 10)
    fileprivate static let maxSteps = 20_000

    /// - Parameters:
    ///   - project: `nil`: not known, as for a task that several projects call.
    ///   - isComplete: whether all variables are defined here.
    ///   - outside: patterns; its variables and functions are not used.
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

    /// Takes the next variable; a later one of the same name wins, and sees those before it.
    ///
    /// - Returns: why every promotion would fail at it; `nil` where it is well, or not known.
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

    /// A variable of which only the name is known.
    package mutating func define(unknown name: String) { variables[name] = .unknown }

    /// Whether anybody has defined the variable before.
    package func defines(_ name: String) -> Bool { variables[name] != nil }

    /// Of all variables that were defined.
    package var names: [String] { variables.keys.sorted() }

    package func result(of template: Template) -> Result {
        guard Template.hasExpressions(template.source) else { return .value(.string(template.source)) }
        let expressions = template.expressions
        guard expressions.allSatisfy(isConstant) else {
            // One that fails by itself fails the whole, whatever the others give.
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

    /// What an expression names, without the parts that are never evaluated: the other side of a condition that the
    /// manifests decide.
    package func mentions(of expression: Expression) -> [Mention] {
        mentions(of: expression, from: expression.tree.root, Decisions())
    }

    /// What conditions of one expression come to; a condition stands in many others.
    private final class Decisions {
        var known: [NodeID: Bool?] = [:]
        /// Of arguments of calls.
        var texts: [NodeID: String?] = [:]
        /// More are not decided.
        static let limit = 100
    }

    private func mentions(of expression: Expression, from node: NodeID, _ decisions: Decisions) -> [Mention] {
        expression.mentions(
            from: node,
            deciding: { decide($0, of: expression, decisions) },
            naming: { text(of: $0, in: expression, decisions) }
        )
    }

    /// What an argument is, where the manifests alone say it.
    private func text(of argument: NodeID, in expression: Expression, _ decisions: Decisions) -> String? {
        if let known = decisions.texts[argument] { return known }
        guard decisions.texts.count < Decisions.limit else { return nil }
        // Its own parts do not ask for it.
        decisions.texts[argument] = .some(nil)
        var text: String?
        if mentions(of: expression, from: argument, decisions).allSatisfy(isConstant), budget.spend(expression) {
            var evaluator = Evaluator(expression.tree, expression.natures, in: scope)
            // What fails is told where the whole is evaluated.
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
            // What fails is told where the whole is evaluated.
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
    /// Functions of Kargo's and of templates that look at nothing but their arguments.
    private static let pure = Set(TemplateFunctions.signatures.keys).union(["semverDiff", "semverParse", "always"])
    /// Of the language: these look at the clock or at the time zone database.
    private static let impure: Set<String> = ["now", "date", "timezone"]
    /// Names that have a value only while a promotion runs.
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
    /// About how many nodes evaluating it takes.
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
