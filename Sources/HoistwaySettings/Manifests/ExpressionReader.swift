import HoistwayExpressions
import HoistwayModel
import HoistwayPatterns

/// Reads the templates of manifests, and reports what could never be evaluated with its line and column.
///
/// Lives inside one loading; never shared.
final class ExpressionReader {
    let problems: ProblemList
    /// The scope for folding: it matches patterns, and has no clock.
    let outside: Scope
    let budget: ConstantFolding.Budget
    /// ConfigMaps and Secrets that expressions read.
    private(set) var objects: Set<ReadObject> = []
    private var known: [ExpressionPlace: [String: Template]] = [:]

    init(problems: ProblemList, budget: ConstantFolding.Budget = ConstantFolding.Budget()) {
        self.problems = problems
        self.budget = budget
        let patterns = Patterns()
        outside = Scope(
            matches: { pattern, text in
                guard PatternCompiler.problem(regex: pattern) == nil else { return nil }
                return patterns.matches(regex: pattern, text)
            }
        )
    }

    /// A reader for another thread, with the same rest of work.
    convenience init(partOf whole: ExpressionReader, problems: ProblemList) {
        self.init(problems: problems, budget: whole.budget.copy())
    }

    /// The rest of the work of evaluating constant expressions; below zero where it was not enough.
    var nodesLeft: Int { budget.left }

    /// Takes what other readers have spent.
    func spend(_ nodes: Int) { budget.spend(nodes) }

    /// Adds the objects that another reader has found.
    func add(_ other: ExpressionReader) { objects.formUnion(other.objects) }

    /// The template of a text, with its names checked; `nil` where an error was reported.
    func template(_ node: YamlNode, in scope: ExpressionScope) -> Template? {
        guard let scalar = node.scalar, !scalar.hasReportedProblem else { return nil }
        guard let template = compiled(node, scalar.text, in: scope.place) else { return nil }
        guard Template.hasExpressions(scalar.text) else { return template }
        return checkNames(of: template, in: node, scope) ? template : nil
    }

    /// An expression without marks around it, such as `fromExpression`.
    ///
    /// - Returns: `nil` where an error was reported.
    @discardableResult
    func bare(_ node: YamlNode, _ text: String, in place: ExpressionPlace = .bare) -> Expression? {
        do throws(ExpressionError) {
            let functions = KargoFunctions.signatures(in: place)
            let expression = try Expression(
                text,
                functions: functions,
                patternProblem: { PatternCompiler.problem(regex: $0) }
            )
            if let unknown = expression.unknownFunctions(Set(functions.keys)).first,
                case .call(let name, _) = unknown.subject
            {
                throw ExpressionError(
                    .compile,
                    KargoFunctions.allNames.contains(name)
                        ? "\(name) cannot be called here" : "there is no function \(ShownText.text(name))",
                    in: text,
                    at: unknown.range,
                    hint: Spelling.hint(for: name, among: functions.keys.sorted())
                )
            }
            return expression
        } catch {
            problems.tell(error, of: node, severity: .error)
            return nil
        }
    }

    private func compiled(_ node: YamlNode, _ text: String, in place: ExpressionPlace) -> Template? {
        if let template = known[place]?[text] { return template }
        do throws(ExpressionError) {
            let template = try Template(
                text,
                functions: KargoFunctions.signatures(in: place),
                patternProblem: { PatternCompiler.problem(regex: $0) }
            )
            known[place, default: [:]][text] = template
            return template
        } catch {
            problems.tell(error, in: node)
            return nil
        }
    }

    // MARK: Names

    /// - Returns: whether it can be evaluated, as far as the names go.
    private func checkNames(of template: Template, in node: YamlNode, _ scope: ExpressionScope) -> Bool {
        var isSound = true
        for (expression, place) in template.located {
            func tell(_ mention: Mention, _ severity: Problem.Severity, _ problem: String, hint: String?) {
                var error = ExpressionError(
                    .compile,
                    problem,
                    in: expression.source,
                    at: mention.range,
                    hint: hint
                )
                error.offset = place
                problems.tell(error, in: node, severity: severity)
                if severity == .error { isSound = false }
            }
            for mention in scope.folding.mentions(of: expression) {
                for problem in [scope.problem(withSecretOf: mention), scope.problem(withArtifactOf: mention)] {
                    guard let problem else { continue }
                    tell(mention, problem.severity, problem.text, hint: problem.hint)
                }
                switch mention.subject {
                case .call(let name, let arguments):
                    if ReadObject.functions.contains(name), let project = scope.project,
                        let object = arguments.first ?? nil
                    {
                        objects.insert(
                            ReadObject(
                                function: name,
                                name: object,
                                key: mention.member,
                                project: project,
                                place: node.place(ofByte: place + mention.range.lowerBound).place
                            )
                        )
                    }
                    if let problem = scope.problem(withCall: name, arguments) {
                        tell(mention, problem.severity, problem.text, hint: problem.hint)
                    }
                case .variable(let path):
                    guard !mention.mayBeMissing, let missing = scope.missing(path) else { continue }
                    let fails = path.count > missing.depth && !mention.isConditional
                    tell(mention, fails ? .error : .warning, missing.text, hint: missing.hint)
                }
            }
        }
        return isSound
    }
}
