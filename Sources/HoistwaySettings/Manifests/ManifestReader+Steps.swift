import HoistwayModel

extension ManifestReader {
    func steps(_ spec: Fields) -> [StepTemplate] {
        let items = spec.each("steps")
        if items.isEmpty { problems.error(spec.place(of: "steps"), "a promotion template has one step at least") }
        var steps: [StepTemplate] = []
        var aliases: [String: SourcePlace] = [:]
        for (index, fields) in items.enumerated() {
            let alias = alias(of: fields, position: index + 1)
            if let first = aliases[alias] {
                problems.error(
                    fields.place(of: "as"),
                    "two steps are called \(ShownText.text(alias)): the first is in line \(first.line)"
                )
            }
            aliases[alias] = fields.place
            if let step = step(fields, alias: alias) { steps.append(step) }
        }
        return steps
    }

    private func alias(of fields: Fields, position: Int) -> String {
        let written = fields.string("as")?.filter { $0 != " " } ?? ""
        guard !written.isEmpty else { return "step-\(position)" }
        for prefix in ["step-", "task-"] where written.hasPrefix(prefix) {
            let rest = written.dropFirst(prefix.count)
            guard !rest.isEmpty, rest.allSatisfy({ $0.isASCII && $0.isNumber }) else { continue }
            problems.error(
                fields.place(of: "as"),
                "\(ShownText.text(written)) is what a step without a name would be called",
                hint: "choose a name that does not begin with \(prefix) and a number"
            )
        }
        return written
    }

    private func step(_ fields: Fields, alias: String) -> StepTemplate? {
        let uses = fields.string("uses")
        fields.note("if", .error, "\(Expressions.notYet): a step with `if` would run in any case")
        fields.note("vars", .warning, "vars are seen by expressions only, which are not supported yet")
        let config = fields.value("config")
        let continueOnError = fields.bool("continueOnError") ?? false
        let retry = fields.fields("retry")
        let threshold = retry?.integer("errorThreshold", in: 0...Int(UInt32.max)) ?? 1
        let timeout = retry?.duration("timeout")
        retry?.finish()
        if fields.has("task") {
            problems.error(
                fields.place(of: "task"),
                "promotion tasks are not supported yet",
                hint: "write the task's steps here, with their values in place of the expressions"
            )
            fields.finish()
            return nil
        }
        fields.finish()
        guard let uses, !uses.isEmpty else {
            problems.error(fields.place, "a step says what it uses", hint: "write uses: and the step's name")
            return nil
        }
        if let config { tellOldForms(of: uses, in: config) }
        guard mayRun(uses, place: fields.place(of: "uses")) else { return nil }
        let template = StepTemplate(
            uses: uses,
            alias: alias,
            config: configuration(config, of: uses, place: fields.place(of: "config")),
            continueOnError: continueOnError,
            errorThreshold: max(1, threshold),
            timeout: timeout.flatMap { $0 > .zero ? $0 : nil },
            place: fields.place
        )
        return template
    }

    private func mayRun(_ uses: String, place: SourcePlace) -> Bool {
        switch StepCatalogue.standing(of: uses, runs: { schemas[$0] != nil }) {
        case .executed: return true
        // Told once for each project, with the stages that it concerns.
        case .needsCluster: return true
        case .notYet: problems.error(place, "the step \(uses) is not supported yet")
        case .removed(let instead):
            problems.error(
                place,
                "the step \(uses) is no longer one of Kargo's, and not supported",
                hint: "use \(instead)"
            )
        case .unknown:
            problems.error(
                place,
                "unknown step \(ShownText.text(uses))",
                hint: Spelling.hint(for: uses, among: StepCatalogue.names)
                    ?? "steps that run: \(schemas.keys.sorted().joined(separator: ", "))"
            )
        }
        return false
    }

    private func configuration(_ node: YamlNode?, of uses: String, place: SourcePlace) -> ConfigValue {
        guard let node else {
            if schemas[uses] != nil { problems.error(place, "\(uses) needs a config") }
            return .map([:])
        }
        let before = problems.all.count
        let value = Expressions.literal(node, problems: problems)
        // With an expression in it, the rest cannot be judged.
        if problems.all.count == before, !node.holdsTold, let schema = schemas[uses] {
            StepProblems(problems: problems).tell(schema.problems(with: value), in: node)
        }
        return value
    }
}
