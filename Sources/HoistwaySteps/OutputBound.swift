import HoistwayModel

/// How much one step may give to those that follow: outputs are stored with the promotion, and read at each step.
enum OutputBound {
    /// Of all outputs of a step together, as JSON without white space.
    static let maxBytes = 1 << 20
    /// How deep values may nest.
    static let maxDepth = 100

    static func failure(_ name: String) -> StepFailure {
        .cannotAct(
            "the output \(ShownText.quoted(name)) is too large: a step's outputs have at most 1 MiB together, and values "
                + "in them are nested at most \(maxDepth) deep",
            hint: "give the part of it that later steps need"
        )
    }

    /// Refuses what is too much, and names the largest output.
    static func check(_ output: [String: ConfigValue]) throws(StepFailure) {
        var sizes: [(name: String, bytes: Int)] = []
        for (name, value) in output {
            var left = maxBytes
            guard value.takes(&left, depth: 0) else { throw failure(name) }
            sizes.append((name, maxBytes - left + name.utf8.count + 4))
        }
        guard sizes.reduce(0, { $0 + $1.bytes }) > maxBytes else { return }
        let largest = sizes.max { ($0.bytes, $1.name) < ($1.bytes, $0.name) }
        throw failure(largest?.name ?? "")
    }
}

extension ConfigValue {
    /// Takes its size as JSON from what is left; `false` where that is not enough, or it is nested too deep.
    fileprivate func takes(_ left: inout Int, depth: Int) -> Bool {
        guard left >= 0, depth <= OutputBound.maxDepth else { return false }
        switch self {
        case .null, .bool: left -= 5
        case .number: left -= 17
        case .string(let text):
            left -= 2
            for byte in text.utf8 {
                switch byte {
                case 0x22, 0x5c: left -= 2
                case ..<0x20: left -= 6
                default: left -= 1
                }
                if left < 0 { return false }
            }
        case .list(let items):
            left -= 2 + items.count
            for item in items where !item.takes(&left, depth: depth + 1) { return false }
        case .map(let entries):
            left -= 2
            for (key, value) in entries {
                left -= key.utf8.count + 4
                guard value.takes(&left, depth: depth + 1) else { return false }
            }
        }
        return left >= 0
    }
}
