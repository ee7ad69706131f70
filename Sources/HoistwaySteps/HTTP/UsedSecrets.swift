import HoistwayModel

/// The secrets that a promotion has used so far, and a function that hides them.
struct UsedSecrets {
    /// `nil`: no secret was used.
    private let hiding: (@Sendable (String) -> String)?

    init(_ context: StepContext, _ access: HTTPAccess) {
        let values = context.secretsSeen.sorted().flatMap(context.lookups.values(ofSecret:))
        hiding = values.isEmpty ? nil : access.hiding(values)
    }

    func hide(_ text: String) -> String { hiding?(text) ?? text }

    /// The value with secrets hidden in all its texts and keys.
    func hidden(_ value: ConfigValue) -> ConfigValue {
        switch value {
        case .null, .bool, .number: value
        case .string(let text): .string(hide(text))
        case .list(let items): .list(items.map(hidden))
        case .map(let entries):
            .map(Dictionary(entries.map { (hide($0.key), hidden($0.value)) }) { _, last in last })
        }
    }
}
