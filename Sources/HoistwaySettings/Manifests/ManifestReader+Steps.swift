import HoistwayModel

extension ManifestReader {
    /// The steps of a promotion template or a task, in the order of the manifest.
    ///
    /// - Parameter task: the kind of a task, which cannot call another; `nil` for those of a stage.
    func writtenSteps(_ spec: Fields, of task: String? = nil) -> [WrittenStep] {
        let items = spec.each("steps", dialect: .strict)
        if items.isEmpty {
            problems.error(
                spec.place(of: "steps"),
                "a \(task ?? "promotion template") has one step at least"
            )
        }
        var steps: [WrittenStep] = []
        var aliases: [String: (place: SourcePlace, position: Int)] = [:]
        for (index, fields) in items.enumerated() {
            let alias = alias(of: fields, position: index + 1)
            let step = writtenStep(fields, alias: alias, isTask: task != nil)
            if let first = aliases[alias] {
                rename(first, alias, in: &steps, before: step, place: fields.place(of: "as"))
            }
            aliases[alias] = (fields.place, index + 1)
            if let step { steps.append(step) }
        }
        tellUnnamedRevisions(
            among: steps.compactMap { step in
                guard case .step(let uses, let place) = step.action else { return nil }
                return (uses, step.config, place)
            }
        )
        return steps
    }

    /// Handles two steps of one name: in Kargo's older versions the outputs of the second replace those of the first.
    ///
    /// Where no step between them can mean the first, the first is treated as a step without a name; else it is an
    /// error.
    ///
    /// - Parameter second: not in `steps` yet; `nil` where it could not be read, which is already reported.
    private func rename(
        _ first: (place: SourcePlace, position: Int),
        _ alias: String,
        in steps: inout [WrittenStep],
        before second: WrittenStep?,
        place: SourcePlace
    ) {
        let index = steps.lastIndex { $0.alias == alias }
        let between = index.map { steps[($0 + 1)...] + [second].compactMap(\.self) } ?? []
        let isMeant = between.contains { $0.mentions(alias) }
        let line = first.place.line
        problems.add(
            isMeant || index == nil || dialect != .kargo ? .error : .warning,
            place,
            "two steps are called \(ShownText.text(alias)): the first is in line \(line)"
                + (isMeant ? "" : "; its outputs are those of the second"),
            hint: "give each step a name of its own: today's Kargo refuses two of one name"
        )
        guard let index, !isMeant else { return }
        if case .task = steps[index].action {
            steps[index].alias = "task-\(first.position)"
        } else {
            steps[index].alias = "step-\(first.position)"
        }
    }

    private func alias(of fields: Fields, position: Int) -> String {
        let text = fields.string("as") ?? ""
        let written = String(
            text.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        )
        guard !written.isEmpty else { return fields.has("task") ? "task-\(position)" : "step-\(position)" }
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

    private func writtenStep(_ fields: Fields, alias: String, isTask: Bool) -> WrittenStep? {
        let uses = fields.string("uses").map { text in
            guard let standIn = StepCatalogue.standIns[text] else { return text }
            problems.warning(fields.place(of: "uses"), "\(text) runs as \(standIn.uses): \(standIn.difference)")
            return standIn.uses
        }
        let task = fields.fields("task", dialect: .strict).flatMap(taskReference(_:))
        if fields.has("task") {
            refuse(fields, besideTask: ["uses", "if", "config", "retry", "continueOnError"])
            if isTask {
                problems.error(
                    fields.place(of: "task"),
                    "a task cannot call another task",
                    hint: "write the other task's steps here, or let the stage call both tasks"
                )
            }
        }
        let condition = fields.value("if")
        // A boolean without quotes is no text, which is reported.
        let isText = fields.string("if") != nil
        let retry = fields.fields("retry")
        let step = WrittenStep(
            action: task.map { .task($0) } ?? .step(uses ?? "", fields.place(of: "uses")),
            alias: alias,
            condition: isText ? condition.map(todaysForm(of:)) : nil,
            variables: variables(fields),
            config: fields.value("config").map(todaysForm(of:)),
            configPlace: fields.place(of: "config"),
            continueOnError: fields.bool("continueOnError") ?? false,
            errorThreshold: retry?.integer("errorThreshold", in: 0...Int(UInt32.max)),
            timeout: retry?.duration("timeout"),
            place: fields.place
        )
        retry?.finish()
        fields.finish()
        guard !fields.has("task") else { return task == nil || isTask ? nil : step }
        guard let uses, !uses.isEmpty else {
            if !fields.hasReportedProblem("uses") {
                problems.error(fields.place, "a step says what it uses", hint: "write uses: and the step's name")
            }
            return nil
        }
        if let config = step.config { tellOldForms(of: uses, in: config) }
        if let instead = StepCatalogue.removed[uses], schemas[uses] != nil {
            oldForm("the step \(uses)", of: "Kargo 0.9 to 1.2", today: instead, place: fields.place(of: "uses"))
        }
        return step
    }

    private func refuse(_ fields: Fields, besideTask keys: [String]) {
        for key in keys where fields.has(key) {
            problems.error(
                fields.place(of: key),
                "\(key) cannot stand on a step that calls a task: Kargo refuses it",
                hint: key == "uses"
                    ? "a step has either uses or task"
                    : "put the \(key) on the steps inside the task"
            )
        }
    }

    private func taskReference(_ fields: Fields) -> TaskReference? {
        let name = fields.requiredString("name")
        let kind = fields.string("kind") ?? ""
        if !["", "PromotionTask", "ClusterPromotionTask"].contains(kind) {
            problems.error(
                fields.place(of: "kind"),
                "a task's kind cannot be \(ShownText.text(kind))",
                hint: "PromotionTask, which is the default, or ClusterPromotionTask"
            )
        }
        fields.finish()
        return name.map {
            TaskReference(name: $0, isClusterWide: kind == "ClusterPromotionTask", place: fields.place(of: "name"))
        }
    }

    /// For one list: each step evaluates all of them.
    private static let maxVariables = 500

    /// `vars` of a stage, a promotion template, a task or a step.
    func variables(_ fields: Fields) -> [WrittenVariable] {
        let entries = fields.each("vars", dialect: .strict)
        if entries.count > Self.maxVariables {
            problems.error(fields.place(of: "vars"), "more than \(Self.maxVariables) variables in one list")
        }
        return entries.prefix(Self.maxVariables).compactMap { entry in
            defer { entry.finish() }
            // A value with a reported problem exists, but is unknown: expressions that read it are not at fault.
            let value = entry.string("value") == nil && !entry.hasReportedProblem("value") ? nil : entry.value("value")
            guard let name = entry.requiredString("name") else { return nil }
            guard Self.isVariable(name) else {
                problems.error(
                    entry.place(of: "name"),
                    "\(ShownText.text(name)) is not a name that expressions can read as vars.NAME",
                    hint: "letters, digits and _, and no digit first"
                )
                return nil
            }
            return WrittenVariable(name: name, value: value.map(todaysForm(of:)))
        }
    }

    private func todaysForm(of node: YamlNode) -> YamlNode {
        SecretsForm.replaced(in: node) { place in
            oldForm("the variable secrets", of: "Kargo 1.1 to 1.6", today: "`secret('NAME').KEY`", place: place)
        }
    }

    /// `^[a-zA-Z_]\w*$`, as Kargo has it.
    private static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
        }
    }
}
