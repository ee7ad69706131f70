import HoistwayModel

/// A template of `-o jsonpath=`, as kubectl has them: text, and paths in braces.
///
/// It knows `.name`, `['name']`, `..name`, `..*`, `[2]`, `[-1]`, `[1:3]`, `[*]`, `[?(@.name=="x")]`, `{range …}…{end}` and
/// literals as `{"\n"}`. What is not there gives nothing.
struct JSONPath: Sendable, Equatable {
    indirect enum Node: Sendable, Equatable {
        case text(String)
        case path([Step])
        case range([Step], [Node])
    }

    enum Step: Sendable, Equatable {
        case field(String)
        case index(Int)
        case slice(from: Int?, to: Int?)
        case all
        /// The value and everything below it.
        case everything
        case filter([Step], Comparison?)
    }

    struct Comparison: Sendable, Equatable {
        enum Sign: String, Sendable, CaseIterable {
            // Two letters before one: `<=` begins with `<`.
            case equal = "=="
            case notEqual = "!="
            case atMost = "<="
            case atLeast = ">="
            case less = "<"
            case more = ">"
        }

        var sign: Sign
        var value: ConfigValue
    }

    /// As it was written.
    let template: String
    private let nodes: [Node]

    /// Without braces, the whole text is one path.
    init(_ template: String) throws(CommandFailure) {
        self.template = template
        var parser = JSONPathParser(template.contains("{") ? template : "{\(template)}", original: template)
        nodes = try parser.nodes()
    }

    func text(of value: ConfigValue) -> String { Self.text(nodes, value) }

    /// What the first path of the template leads to.
    func first(in value: ConfigValue) -> ConfigValue? {
        for case .path(let steps) in nodes { return Self.values(steps, value).first }
        return nil
    }

    private static func text(_ nodes: [Node], _ value: ConfigValue) -> String {
        nodes.map { node in
            switch node {
            case .text(let text): text
            case .path(let steps): values(steps, value).map(shown).joined(separator: " ")
            case .range(let steps, let body): values(steps, value).map { text(body, $0) }.joined()
            }
        }.joined()
    }

    private static func shown(_ value: ConfigValue) -> String {
        if case .string(let text) = value { return text }
        return MachineText.json(value)
    }

    private static func values(_ steps: [Step], _ value: ConfigValue) -> [ConfigValue] {
        steps.reduce([value]) { values, step in values.flatMap { take(step, $0) } }
    }

    private static func take(_ step: Step, _ value: ConfigValue) -> [ConfigValue] {
        switch step {
        case .field(let name): return value[name].map { [$0] } ?? []
        case .everything: return everything(in: value)
        case .all:
            if case .map(let entries) = value { return entries.sorted { $0.key < $1.key }.map(\.value) }
            return value.list ?? []
        case .index(let index):
            guard let list = value.list else { return [] }
            let place = index < 0 ? list.count + index : index
            return list.indices.contains(place) ? [list[place]] : []
        case .slice(let from, let to):
            guard let list = value.list else { return [] }
            func place(_ index: Int) -> Int { min(max(index < 0 ? list.count + index : index, 0), list.count) }
            let (start, end) = (place(from ?? 0), place(to ?? list.count))
            return start < end ? Array(list[start..<end]) : []
        case .filter(let steps, let comparison):
            return (value.list ?? []).filter { item in
                let found = values(steps, item)
                guard let comparison else { return !found.isEmpty }
                return found.contains { holds(comparison, $0) }
            }
        }
    }

    private static func everything(in value: ConfigValue) -> [ConfigValue] {
        switch value {
        case .list(let items): [value] + items.flatMap(everything)
        case .map(let entries): [value] + entries.sorted { $0.key < $1.key }.flatMap { everything(in: $0.value) }
        default: [value]
        }
    }

    private static func holds(_ comparison: Comparison, _ value: ConfigValue) -> Bool {
        switch (comparison.sign, value, comparison.value) {
        case (.equal, _, _): value == comparison.value
        case (.notEqual, _, _): value != comparison.value
        case (let sign, .number(let left), .number(let right)): holds(sign, left, right)
        case (let sign, .string(let left), .string(let right)): holds(sign, left, right)
        default: false
        }
    }

    private static func holds<Value: Comparable>(_ sign: Comparison.Sign, _ left: Value, _ right: Value) -> Bool {
        switch sign {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .more: left > right
        case .atMost: left <= right
        case .atLeast: left >= right
        }
    }
}
