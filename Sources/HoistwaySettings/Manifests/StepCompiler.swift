import HoistwayExpressions
import HoistwayModel

/// Turns the steps of one stage, or of a task that no stage calls, into what a promotion runs.
///
/// An expression that the manifests alone decide is replaced by its value; one that could never work is reported at its
/// place.
struct StepCompiler {
    let problems: ProblemList
    let reader: ExpressionReader
    let schemas: [String: StepSchema]
    /// With the variables of the stage.
    private var folding: ConstantFolding
    /// Variables of the stage whose values come from secrets.
    private var secretVariables: Set<String> = []
    /// The caller of the steps is not known.
    private let isOpen: Bool
    private let project: String?
    /// The subscriptions of the stage's warehouses; `nil`: not known.
    private let subscriptions: [Subscription]?

    /// - Parameters:
    ///   - stage: `nil` for a task that no stage calls.
    ///   - subscriptions: of the warehouses that the stage requests freight from; `nil`: not known.
    init(
        _ stage: StageKey?,
        reader: ExpressionReader,
        schemas: [String: StepSchema],
        subscriptions: [Subscription]? = nil
    ) {
        self.subscriptions = subscriptions
        problems = reader.problems
        self.reader = reader
        self.schemas = schemas
        isOpen = stage == nil
        project = stage?.project
        folding = ConstantFolding(
            project: stage?.project,
            stage: stage?.name,
            isComplete: stage != nil,
            outside: reader.outside,
            budget: reader.budget
        )
    }

    /// Reads the variables of the stage and of its promotion template.
    mutating func define(_ variables: [WrittenVariable]) {
        for variable in variables { define(variable, in: &folding, &secretVariables, steps: nil, task: nil) }
    }

    func steps(_ steps: [InlinedStep]) -> [StepTemplate] {
        var earlier: [ExpressionScope.Step] = []
        var later = Set(steps.map(\.alias))
        return steps.map { step in
            let known = ExpressionScope.KnownSteps(earlier: earlier, later: later)
            let template = self.step(step, among: known)
            later.remove(step.alias)
            earlier.append(
                ExpressionScope.Step(
                    alias: step.alias,
                    isNeverRun: template.constantCondition == false,
                    isOutputOfTask: step.task != nil && step.uses == "compose-output",
                    madeBranches: step.uses == "git-clone" ? Self.madeBranches(template.config) : []
                )
            )
            return template
        }
    }

    /// Keys in the output `commits` of checkouts whose branch may not exist yet.
    private static func madeBranches(_ config: ConfigValue) -> Set<String> {
        let making = (config["checkout"]?.list ?? []).filter { $0["create"] == .bool(true) }
        return Set(
            making.compactMap { checkout in
                let name = checkout["as"]?.string ?? ""
                return name.isEmpty ? checkout["path"]?.string : name
            }
        )
    }

    // MARK: Variables

    private func define(
        _ variable: WrittenVariable,
        in folding: inout ConstantFolding,
        _ secrets: inout Set<String>,
        steps: ExpressionScope.KnownSteps?,
        task: String?
    ) {
        secrets.remove(variable.name)
        guard let node = variable.value else {
            if isOpen {
                folding.define(unknown: variable.name)
            } else if let empty = try? Template("") {
                _ = folding.define(variable.name, empty)
            }
            return
        }
        let scope = ExpressionScope(
            place: .variable,
            folding: folding,
            project: project,
            isOpen: isOpen,
            task: task,
            steps: steps,
            subscriptions: subscriptions,
            secretVariables: secrets
        )
        guard let template = reader.template(node, in: scope) else { return folding.define(unknown: variable.name) }
        if template.located.contains(where: {
            folding.mentions(of: $0.0).contains { scope.reads(secret: $0) && !$0.isConditional }
        }) {
            secrets.insert(variable.name)
        }
        if let error = folding.define(variable.name, template) { problems.tell(error, in: node) }
    }

    // MARK: Steps

    private func step(_ step: InlinedStep, among known: ExpressionScope.KnownSteps) -> StepTemplate {
        var folding = folding
        var secrets = secretVariables
        for variable in step.variables { define(variable, in: &folding, &secrets, steps: known, task: step.task) }
        let scope = ExpressionScope(
            place: .step,
            folding: folding,
            project: project,
            isOpen: isOpen,
            task: step.task,
            steps: known,
            subscriptions: subscriptions
        )
        let written = step.written
        let constant = written.condition.flatMap { condition($0, in: scope) }
        let isNeverRun = constant == false
        tellStanding(of: step, isNeverRun: isNeverRun)
        return StepTemplate(
            uses: step.uses,
            alias: step.alias,
            config: isNeverRun
                ? written.config.map(Expressions.literal) ?? .map([:])
                : configuration(of: step, in: scope, secrets),
            condition: written.condition?.scalar?.text,
            constantCondition: constant,
            variables: step.variables.isEmpty ? nil : step.variables.map(\.variable),
            continueOnError: written.continueOnError,
            errorThreshold: max(1, written.errorThreshold ?? 1),
            timeout: written.timeout,
            place: written.place
        )
    }

    /// The value of `if`, where it is known.
    private func condition(_ node: YamlNode, in scope: ExpressionScope) -> Bool? {
        guard let template = reader.template(node, in: scope) else { return nil }
        switch scope.folding.result(of: template) {
        case .unknown: return nil
        case .failure(let error):
            problems.tell(error, in: node)
            return nil
        case .value(let value):
            if let flag = value.boolean { return flag }
            let text = node.scalar?.text ?? ""
            problems.error(
                node.place,
                "`if` has to be true or false, and this is \(value.kindName)",
                hint: Expressions.isTemplate(text) ? nil : "write it between ${{ and }}, in quotes"
            )
            return nil
        }
    }

    private func tellStanding(of step: InlinedStep, isNeverRun: Bool) {
        let (uses, place) = (step.uses, step.usesPlace)
        let problem: (message: String, hint: String?)
        switch StepCatalogue.standing(of: uses, runs: { schemas[$0] != nil }) {
        // Those for a cluster are reported once for each project, with the stages that have them.
        case .executed, .needsCluster: return
        case .notYet: problem = ("the step \(uses) is not supported yet", StepCatalogue.substitutes[uses])
        case .commercial:
            problem = (
                "\(uses) is a step of Kargo's commercial edition, and not supported", StepCatalogue.substitutes[uses]
            )
        case .removed(let instead):
            problem = ("the step \(uses) is no longer one of Kargo's, and not supported", "use \(instead)")
        case .unknown:
            problem = (
                "unknown step \(ShownText.text(uses))",
                Spelling.hint(for: uses, among: StepCatalogue.names)
                    ?? "steps that run: \(schemas.keys.sorted().joined(separator: ", "))"
            )
        }
        if isNeverRun {
            problems.warning(place, "\(problem.message); its `if` is always false, so that it never runs")
        } else {
            problems.error(place, problem.message, hint: problem.hint)
        }
    }

    // MARK: Configuration

    /// - Parameter secrets: variables whose values come from secrets.
    private func configuration(
        of step: InlinedStep,
        in scope: ExpressionScope,
        _ secrets: Set<String>
    ) -> ConfigValue {
        let schema = schemas[step.uses]
        var scope = scope
        if let schema, !schema.kind.takesSecrets, schema.kind != .cluster { scope.writer = step.uses }
        scope.secretVariables = secrets
        guard let node = step.written.config else {
            if let schema, !schema.problems(with: .map([:])).isEmpty {
                problems.error(step.written.configPlace, "\(step.uses) needs a config")
            }
            return .map([:])
        }
        let value = Expressions.value(of: node) { leaf, text in folded(leaf, text, in: scope) }
        checkBareExpressions(in: node, value)
        if step.uses == "git-clone" { checkSparseFolders(in: node, value) }
        if let schema { StepProblems(problems: problems).tell(schema.problems(with: value), in: node) }
        return value
    }

    private func folded(_ node: YamlNode, _ text: String, in scope: ExpressionScope) -> ConfigValue {
        guard let template = reader.template(node, in: scope) else { return Expressions.unknown }
        do throws(ExpressionError) {
            switch scope.folding.result(of: template) {
            case .unknown: return .string(text)
            case .failure(let error): throw error
            case .value(let value):
                let folded = try value.configuration()
                // The folded text would be evaluated a second time.
                return folded.firstExpression() == nil ? folded : .string(text)
            }
        } catch {
            problems.tell(error, in: node)
            return Expressions.unknown
        }
    }

    /// Reports folders that `git-clone` could never check out alone.
    private func checkSparseFolders(in node: YamlNode, _ value: ConfigValue) {
        for (checkout, written) in zip(value["checkout"]?.list ?? [], node["checkout"]?.items ?? []) {
            let folders = checkout["sparse"]?.list ?? []
            for (folder, place) in zip(folders, written["sparse"]?.items ?? []) {
                // The schema reports an empty item.
                guard let text = folder.string, !text.isEmpty, !text.opensExpression,
                    let reason = SparseFolder.problem(with: text)
                else { continue }
                problems.error(place.place, "sparse: \(ShownText.quoted(text)) \(reason)")
            }
        }
    }

    /// Keys whose whole value is an expression without `${{ }}`; expressions in it are replaced first.
    private static let bare: Set<String> = [
        "fromExpression", "successExpression", "failureExpression", "errorExpression",
    ]

    private func checkBareExpressions(in node: YamlNode, _ value: ConfigValue) {
        switch node.content {
        case .scalar: return
        case .list(let items):
            for (item, value) in zip(items, value.list ?? []) { checkBareExpressions(in: item, value) }
        case .map(let entries):
            for entry in entries {
                guard let value = value[entry.key] else { continue }
                if Self.bare.contains(entry.key), case .string(let text) = value, !text.isEmpty, !text.opensExpression {
                    reader.bare(entry.value, text)
                } else {
                    checkBareExpressions(in: entry.value, value)
                }
            }
        }
    }
}
