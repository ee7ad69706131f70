import HoistwayModel

/// Limits for the results of a promotion's steps.
enum ResultBounds {
    /// Why the results after a step are too large; `nil`: they are not.
    static func problem(with results: [StepResult], of alias: String) -> String? {
        guard let own = results.first(where: { $0.alias == alias }) else { return nil }
        let sizes = own.outputs.mapValues(size)
        if let (name, size) = sizes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            sizes.values.reduce(0, +) > StepResult.maxBytes
        {
            return
                "its outputs have more than \(StepResult.maxBytes >> 20) MiB; the largest is \(ShownText.quoted(name)) "
                + "with \(size) bytes"
        }
        let all = results.reduce(0) { $0 + $1.outputs.values.reduce(0) { $0 + size($1) } }
        guard all > StepResult.maxBytesOfPromotion else { return nil }
        return "the outputs of the promotion's steps have more than \(StepResult.maxBytesOfPromotion >> 20) MiB"
    }

    /// Why a configuration is too large to be stored; `nil`: it is not.
    static func problem(withConfiguration value: ConfigValue) -> String? {
        let size = size(value)
        guard size > StepResult.maxBytes else { return nil }
        return "its configuration has \(size) bytes, more than \(StepResult.maxBytes >> 20) MiB"
    }

    /// The approximate size as JSON, in bytes.
    static func size(_ value: ConfigValue) -> Int {
        switch value {
        case .null, .bool: 5
        case .number: 8
        case .string(let text): text.utf8.count + 2
        case .list(let items): items.reduce(2) { $0 + size($1) + 1 }
        case .map(let entries): entries.reduce(2) { $0 + $1.key.utf8.count + 4 + size($1.value) }
        }
    }
}
