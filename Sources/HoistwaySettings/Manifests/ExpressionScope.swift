import HoistwayExpressions
import HoistwayModel

/// The names that an expression may use at its place.
struct ExpressionScope {
    var place: ExpressionPlace
    var folding: ConstantFolding
    /// `nil`: not known, as for a task that no stage calls.
    var project: String?
    /// The caller of the steps is not known: more variables and steps may exist than are known here.
    var isOpen = false
    /// The alias of the task that the step comes from; `nil` outside of tasks, and for `vars` of stages.
    var task: String?
    /// `nil`: outputs cannot be read, as in `vars` of stages.
    var steps: KnownSteps?
    /// The subscriptions of the stage's warehouses; `nil`: not known.
    var subscriptions: [Subscription]?
    /// The step whose configuration it is, where that configuration must not hold values of secrets.
    var writer: String?
    /// Variables whose values come from secrets.
    var secretVariables: Set<String> = []

    /// A step of the same list as the expression's step.
    struct Step {
        /// With the namespace of its task.
        var alias: String
        var isNeverRun: Bool
        /// Its outputs are also those of its task.
        var isOutputOfTask: Bool
        /// Keys in its output `commits` of checkouts whose branch is created when it does not exist.
        var madeBranches: Set<String> = []
    }

    struct KnownSteps {
        /// Steps before the expression's step.
        var earlier: [Step] = []
        /// Its own alias, and those of the steps after it.
        var later: Set<String> = []
    }

    /// A name that is nil.
    struct Missing {
        var text: String
        var hint: String?
        /// How many parts of the path make up the name: reading a field of it fails.
        var depth: Int
    }

    /// A problem with a call.
    struct CallProblem {
        var severity: Problem.Severity
        var text: String
        var hint: String?
    }

    // MARK: Variables

    func missing(_ path: [String]) -> Missing? {
        switch path.first {
        case nil, "stepMetas": nil
        case "ctx": missingContext(path)
        case "vars": missingVariable(path)
        case "outputs": missingOutput(path)
        case "task": missingOfTask(path)
        case "target":
            path.count == 1
                ? nil : Missing(text: "target is nil: promotions to targets are not supported yet", depth: 1)
        case "secrets":
            path.count > 2 ? nil : Missing(text: "secrets is read as `secrets.NAME.KEY`", depth: 1)
        case let name?:
            Missing(
                text: "\(ShownText.text(name)) is not a name that expressions know: it is nil",
                hint: Spelling.hint(for: name, among: ["ctx", "vars", "outputs", "task"])
                    ?? "known are ctx, vars, outputs and, in a task, task; a text stands in quotes",
                depth: 1
            )
        }
    }

    /// The keys of `ctx`, with those below them.
    private static let context: [String: [String]] = [
        "": ["uiBaseUrl", "project", "stage", "promotion", "targetFreight", "meta"],
        "targetFreight": ["name", "alias", "origin"], "targetFreight.origin": ["name"],
        "meta": ["promotion", "step"], "meta.promotion": ["actor", "rollback"], "meta.step": ["alias"],
    ]

    private func missingContext(_ path: [String]) -> Missing? {
        var above: [String] = []
        for (index, name) in path.dropFirst().enumerated() {
            guard let known = Self.context[above.joined(separator: ".")] else { return nil }
            guard known.contains(name) else {
                return Missing(
                    text: "ctx\(above.map { ".\($0)" }.joined()) has no \(ShownText.text(name)): it is nil",
                    hint: Spelling.hint(for: name, among: known) ?? "it has \(known.joined(separator: ", "))",
                    depth: index + 2
                )
            }
            above.append(name)
        }
        return nil
    }

    private func missingVariable(_ path: [String]) -> Missing? {
        guard !isOpen, path.count > 1, !folding.defines(path[1]) else { return nil }
        return Missing(
            text: "no variable \(ShownText.text(path[1])) is defined before this: it is nil",
            hint: Spelling.hint(for: path[1], among: folding.names)
                ?? "add it to vars, or write `get(vars, \"\(path[1])\")` if it may be missing",
            depth: 2
        )
    }

    // MARK: Outputs

    private func missingOutput(_ path: [String]) -> Missing? {
        guard let steps else { return Self.notSeen("outputs") }
        guard path.count > 1 else { return nil }
        let name = path[1]
        var shown = steps.earlier.map { ($0.alias, $0.isNeverRun) }
        shown += steps.earlier.filter(\.isOutputOfTask).compactMap { step in
            Self.namespace(of: step.alias).map { ($0, step.isNeverRun) }
        }
        if let found = shown.first(where: { $0.0 == name }) {
            guard found.1, !shown.contains(where: { $0.0 == name && !$0.1 }) else {
                return emptyCommit(path.dropFirst(2), of: name, depth: path.count)
            }
            return Missing(text: "the step \(ShownText.text(name)) never runs here: it has no output", depth: 2)
        }
        if isOpen, !name.contains("::") { return nil }
        if steps.later.contains(name) { return Self.later(name) }
        if let task, shown.contains(where: { $0.0 == "\(task)::\(name)" }) {
            return Missing(
                text: "no step outside of the task is called \(ShownText.text(name)): its output is nil",
                hint: "write task.outputs\(Self.key(name)) for a step of the same task",
                depth: 2
            )
        }
        if steps.earlier.contains(where: { Self.namespace(of: $0.alias) == name }) {
            return Missing(
                text: "the task \(ShownText.text(name)) gives no outputs: none of its steps is a compose-output",
                hint: "add a compose-output step to the task, or write outputs['\(name)::STEP'] for one of its steps",
                depth: 2
            )
        }
        return Self.unknown(name, among: shown.map(\.0))
    }

    private func missingOfTask(_ path: [String]) -> Missing? {
        guard let steps else { return Self.notSeen("task") }
        guard let task else {
            return Missing(
                text: "task is nil outside of tasks",
                hint: "write outputs in place of task.outputs",
                depth: 1
            )
        }
        guard path.count > 1 else { return nil }
        guard path[1] == "outputs" else {
            return Missing(
                text: "task has no \(ShownText.text(path[1])): it is nil",
                hint: "it has outputs",
                depth: 2
            )
        }
        guard path.count > 2 else { return nil }
        let name = path[2]
        let own = steps.earlier.filter { Self.namespace(of: $0.alias) == task }
        let names = own.map { String($0.alias.dropFirst(task.count + 2)) }
        if let index = names.firstIndex(of: name) {
            guard own[index].isNeverRun else {
                return emptyCommit(path.dropFirst(3), of: "\(task)::\(name)", depth: path.count)
            }
            return Missing(text: "the step \(ShownText.text(name)) never runs here: it has no output", depth: 3)
        }
        if steps.later.contains("\(task)::\(name)") {
            var missing = Self.later(name)
            missing.depth = 3
            return missing
        }
        var missing = Self.unknown(name, among: names)
        missing.depth = 3
        return missing
    }

    /// The problem that a checkout of a branch that does not exist yet has the empty text as its commit.
    private func emptyCommit(_ rest: ArraySlice<String>, of alias: String, depth: Int) -> Missing? {
        guard rest.first == "commits", let label = rest.dropFirst().first,
            steps?.earlier.contains(where: { $0.alias == alias && $0.madeBranches.contains(label) }) ?? false
        else { return nil }
        return Missing(
            text:
                "the branch of \(ShownText.text(label)) may not exist yet (create: true): its commit is then the empty "
                + "text",
            hint: "read the output commit of the git-commit or git-push of this checkout, which is there in any case",
            depth: depth
        )
    }

    private static func notSeen(_ name: String) -> Missing {
        Missing(
            text: "vars of a stage do not see \(name): it is nil",
            hint: "move the variable to the vars of the step that reads it",
            depth: 1
        )
    }

    private static func later(_ name: String) -> Missing {
        Missing(text: "the step \(ShownText.text(name)) has not run yet: its output is nil", depth: 2)
    }

    private static func unknown(_ name: String, among known: [String]) -> Missing {
        Missing(
            text: "no step before this one is called \(ShownText.text(name)): its output is nil",
            hint: Spelling.hint(for: name, among: known)
                ?? (known.isEmpty ? nil : "before it: \(Listing.text(known))"),
            depth: 2
        )
    }

    private static func namespace(of alias: String) -> String? {
        let parts = alias.split(separator: "::", maxSplits: 1)
        return parts.count == 2 ? String(parts[0]) : nil
    }

    private static func key(_ name: String) -> String {
        name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? ".\(name)" : "['\(name)']"
    }

    // MARK: Calls

    func problem(withCall name: String, _ arguments: [String?]) -> CallProblem? {
        let known = KargoFunctions.signatures(in: place)
        if known[name] == nil, !KargoFunctions.isOfEveryTemplate(name) {
            guard KargoFunctions.allNames.contains(name) else {
                return CallProblem(
                    severity: .error,
                    text: "there is no function \(ShownText.text(name))",
                    hint: Spelling.hint(for: name, among: KargoFunctions.allNames.sorted())
                )
            }
            return CallProblem(
                severity: .error,
                text: "\(name) cannot be called in vars",
                hint: "write it in the `if` or the config of the step"
            )
        }
        if name == "status", let alias = arguments.first ?? nil { return problem(withStatusOf: alias) }
        return nil
    }

    // MARK: Artifacts

    /// The problem with a call for an artifact of the freight; `nil`: none, or it is not known.
    ///
    /// A warning: older freight may carry artifacts that the warehouse no longer subscribes to.
    func problem(withArtifactOf mention: Mention) -> CallProblem? {
        guard let subscriptions, case .call(let function, let arguments) = mention.subject,
            let name = arguments.first ?? nil, !name.isEmpty
        else { return nil }
        let watching: Int
        switch function {
        case "imageFrom": watching = subscriptions.count { $0.isImage(name) }
        case "commitFrom": watching = subscriptions.count { $0.isRepository(name) }
        case "chartFrom": return problem(withChart: arguments, of: name, subscriptions)
        default: return nil
        }
        if watching == 0 {
            return CallProblem(
                severity: .warning,
                text:
                    "no warehouse that the stage requests freight from subscribes to \(ShownText.text(name)): it is nil",
                hint: Spelling.hint(for: name, among: subscriptions.map(\.repoURL))
            )
        }
        guard watching > 1, arguments.count == 1 else { return nil }
        return CallProblem(
            severity: .warning,
            text:
                "several subscriptions of the stage's warehouses watch \(ShownText.text(name)): which one is meant is not clear",
            hint: "name the warehouse: \(function)(…, warehouse('NAME'))"
        )
    }

    /// Without a subscription to the chart, the call fails.
    private func problem(
        withChart arguments: [String?],
        of url: String,
        _ subscriptions: [Subscription]
    ) -> CallProblem? {
        let names = subscriptions.compactMap { subscription -> String? in
            guard case .chart(let chart) = subscription, chart.repoURL == url else { return nil }
            return chart.name
        }
        // A value that is no text may be the chart's name or its warehouse.
        let wanted = arguments.count > 1 ? arguments[1] : ""
        if let wanted, names.contains(wanted) { return nil }
        if wanted == nil, !names.isEmpty { return nil }
        let urls = subscriptions.compactMap { subscription -> String? in
            if case .chart(let chart) = subscription { chart.repoURL } else { nil }
        }
        let name = wanted.flatMap { $0.isEmpty ? nil : $0 }
        return CallProblem(
            severity: .warning,
            text: "no warehouse that the stage requests freight from subscribes to "
                + (name.map { "the chart \(ShownText.text($0)) of " } ?? "a chart of ")
                + "\(ShownText.text(url)): the call fails",
            hint: names.isEmpty
                ? Spelling.hint(for: url, among: urls)
                : "of that URL it subscribes to \(Listing.text(names.map { $0.isEmpty ? "a chart without a name" : $0 }))"
        )
    }

    // MARK: Secrets

    /// Functions that read Secrets.
    static let secretFunctions: Set<String> = ["secret", "sharedSecret"]

    /// The problem with reading a secret here; `nil`: none, or no secret is read.
    func problem(withSecretOf mention: Mention) -> CallProblem? {
        guard let writer, reads(secret: mention) else { return nil }
        return CallProblem(
            severity: mention.isConditional ? .warning : .error,
            text: "\(writer) would write the value of a secret where others can read it, and fails",
            hint: "only http may use secrets"
        )
    }

    func reads(secret mention: Mention) -> Bool {
        switch mention.subject {
        case .call(let name, _): Self.secretFunctions.contains(name)
        case .variable(let path): path.count > 1 && path[0] == "vars" && secretVariables.contains(path[1])
        }
    }

    private func problem(withStatusOf alias: String) -> CallProblem? {
        guard let steps, !alias.isEmpty else { return nil }
        let prefix = task.map { "\($0)::" } ?? ""
        guard !steps.earlier.contains(where: { $0.alias == prefix + alias }) else { return nil }
        let isTask = steps.earlier.contains { Self.namespace(of: $0.alias) == alias }
        return CallProblem(
            severity: .warning,
            text: "no step before this one\(task == nil ? "" : " in the task") is called \(ShownText.text(alias)): "
                + "its status is the empty text",
            hint: isTask ? "status sees steps, and not tasks" : nil
        )
    }
}

extension Subscription {
    fileprivate var repoURL: String {
        switch self {
        case .image(let image): image.repoURL
        case .git(let git): git.repoURL
        case .chart(let chart): chart.repoURL
        }
    }

    fileprivate func isImage(_ name: String) -> Bool {
        if case .image(let image) = self { FreightLookup.isSameImage(image.repoURL, name) } else { false }
    }

    fileprivate func isRepository(_ url: String) -> Bool {
        if case .git(let git) = self { FreightLookup.isSame(git.repoURL, url) } else { false }
    }
}
