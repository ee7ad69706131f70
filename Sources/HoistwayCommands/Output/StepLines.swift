import HoistwayModel

/// The steps of a promotion, for people: the state of each, its configuration and its outputs.
struct StepLines {
    /// Of one line; `-o json` has all of it.
    private static let maxValue = 300

    let steps: [StepRecord]
    let results: [StepResult]
    /// In place of a step's own state, by its place; `nil`: its own.
    var states: [String?] = []

    var lines: [String] {
        steps.enumerated().flatMap { index, step in
            let said = step.message.isEmpty ? "" : ": \(SafeText.line(step.message))"
            let result = results.first { $0.alias == step.alias }
            let state = (states.indices.contains(index) ? states[index] : nil) ?? step.status.rawValue
            return ["- \(name(step, index))\(state.isEmpty ? "" : " \(state)")\(said)"]
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
