import HoistwayModel

/// The steps of a promotion, for people: what became of each, with what it was configured and what it gave.
struct StepLines {
    /// Of one line; `-o json` has all of it.
    private static let maxValue = 300

    let steps: [StepRecord]
    let results: [StepResult]

    var lines: [String] {
        steps.enumerated().flatMap { index, step in
            let said = step.message.isEmpty ? "" : ": \(SafeText.line(step.message))"
            let result = results.first { $0.alias == step.alias }
            return ["- \(name(step, index)) \(step.status.rawValue)\(said)"]
                + Self.line("config ", result?.config) + Self.line("outputs", result.map { .map($0.outputs) })
        }
    }

    /// Steps that have no name of their own are known by what they use.
    private func name(_ step: StepRecord, _ index: Int) -> String {
        let uses = SafeText.line(step.uses)
        return step.alias == "step-\(index + 1)" ? uses : "\(SafeText.line(step.alias)) (\(uses))"
    }

    private static func line(_ title: String, _ value: ConfigValue?) -> [String] {
        guard let value, value != .map([:]) else { return [] }
        let text = SafeText.line(MachineText.json(value))
        return ["    \(title)  " + (text.count > maxValue ? text.prefix(maxValue) + "…" : text)]
    }
}
