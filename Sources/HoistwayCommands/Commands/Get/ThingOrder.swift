import FoundationEssentials
import HoistwayModel

/// The order of a list by one field of the things' JSON.
struct ThingOrder {
    private let path: JSONPath
    private let isReversed: Bool

    init(_ field: String) throws(CommandFailure) {
        isReversed = field.hasPrefix("-")
        path = try JSONPath(isReversed ? String(field.dropFirst()) : field)
    }

    /// Things without the field come last.
    func sorted<Item: Encodable>(_ items: [Item]) throws -> [Item] {
        let encoder = JSONEncoder()
        let keyed = try items.map { item in
            (try JSONDecoder().decode(PlainJSON.self, from: encoder.encode(item)).value, item)
        }.map { (path.first(in: $0), $1) }
        guard items.isEmpty || keyed.contains(where: { $0.0 != nil }) else {
            throw CommandFailure.usage(
                "no item has a field \(SafeText.line(path.template))",
                hint: "-o json shows the fields"
            )
        }
        // Stable: what is equal stays in the server's order.
        return keyed.enumerated().sorted { left, right in
            let (first, second) = (left.element.0, right.element.0)
            guard let first, let second else {
                return first != nil ? true : second != nil ? false : left.offset < right.offset
            }
            if Self.isLess(first, second) { return !isReversed }
            if Self.isLess(second, first) { return isReversed }
            return left.offset < right.offset
        }.map(\.element.1)
    }

    private static func isLess(_ left: ConfigValue, _ right: ConfigValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.string(let left), .string(let right)): left < right
        case (.bool(let left), .bool(let right)): !left && right
        default: MachineText.json(left) < MachineText.json(right)
        }
    }
}
