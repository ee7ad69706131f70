/// A value of an expression, like expr-lang's Go value, with its known sources.
package struct Value: Sendable {
    package enum Content: Sendable {
        case null
        case bool(Bool)
        case int(Int)
        case double(Double)
        case string(ByteText)
        case bytes([UInt8])
        case array(ArrayValue)
        case map(MapValue)
        indirect case time(Moment)
        /// In nanoseconds.
        case duration(Int)
        indirect case zone(Location)
        case calendar(CalendarNumber)
        case object(ObjectValue)
        indirect case function(FunctionValue)
    }

    package var content: Content
    /// `nil`: there are none.
    package var marks: Marks?

    package init(_ content: Content, marks: Marks? = nil) {
        self.content = content
        self.marks = marks
    }
}

extension Value {
    package static let null = Value(.null)

    package static func bool(_ flag: Bool) -> Value { Value(.bool(flag)) }
    package static func int(_ number: Int) -> Value { Value(.int(number)) }
    package static func double(_ number: Double) -> Value { Value(.double(number)) }
    package static func string(_ text: String) -> Value { Value(.string(ByteText(text))) }
    package static func text(_ text: ByteText) -> Value { Value(.string(text)) }
    package static func array(_ elements: [Value]) -> Value {
        Value(.array(ArrayValue(elements)), marks: elements.jointMarks)
    }

    package static func map(_ entries: [String: Value]) -> Value {
        let map = MapValue(entries: entries.reduce(into: [:]) { $0[.text(ByteText($1.key))] = $1.value })
        return Value(.map(map), marks: entries.values.jointMarks)
    }

    /// A map whose missing keys give the empty string, like the data of a ConfigMap.
    package static func strings(_ entries: [String: String]) -> Value {
        Value(
            .map(
                MapValue(
                    entries: entries.reduce(into: [:]) { $0[.text(ByteText($1.key))] = .string($1.value) },
                    kind: .strings
                )
            )
        )
    }

    package var isNull: Bool {
        switch content {
        case .null: true
        case .array(let array): array.isNil
        default: false
        }
    }

    package var text: ByteText? {
        guard case .string(let text) = content else { return nil }
        return text
    }

    package var boolean: Bool? {
        guard case .bool(let flag) = content else { return nil }
        return flag
    }

    package var elements: [Value]? {
        guard case .array(let array) = content else { return nil }
        return array.elements
    }

    package subscript(key: String) -> Value? {
        guard case .map(let map) = content else { return nil }
        return map.entries[.text(ByteText(key))]
    }

    /// How many levels of lists and maps it has; 0 for other values.
    var depth: Int32 {
        switch content {
        case .array(let array): array.depth
        case .map(let map): map.depth
        case .object(let object): object.fields.lazy.map(\.depth).max() ?? 0
        default: 0
        }
    }

    /// Most levels of lists and maps; more could overflow the stack when they are written or deallocated.
    static let maxDepth = 200

    /// The name that Go's `%T` gives.
    var typeName: String {
        switch content {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int"
        case .double: "float64"
        case .string: "string"
        case .bytes: "[]uint8"
        case .array(let array): array.kind.typeName
        case .map(let map): map.kind.rawValue
        case .time: "time.Time"
        case .duration: "time.Duration"
        case .zone: "*time.Location"
        case .calendar(let number): number.kind.rawValue
        case .object(let object): object.type.name
        case .function: "func"
        }
    }
}

/// A list; expr-lang distinguishes lists of one Go type from lists of any type.
package struct ArrayValue: Sendable {
    package enum Kind: Sendable {
        case any, ints, strings, pair, pairs

        var typeName: String {
            switch self {
            case .any: "[]interface {}"
            case .ints: "[]int"
            case .strings: "[]string"
            case .pair: "[2]interface {}"
            case .pairs: "[][2]interface {}"
            }
        }
    }

    package let elements: [Value]
    package let kind: Kind
    /// Go's nil slice: `null` in JSON, and nil for `??`.
    package let isNil: Bool
    /// How many levels of lists and maps it has, including this one.
    let depth: Int32

    package init(_ elements: [Value], kind: Kind = .any, isNil: Bool = false) {
        self.elements = elements
        self.kind = kind
        self.isNil = isNil
        depth = 1 + (elements.lazy.map(\.depth).max() ?? 0)
    }
}

package struct MapValue: Sendable {
    package enum Kind: String, Sendable {
        case any = "map[string]interface {}"
        case strings = "map[string]string"
        /// From `fromPairs`: keys of any kind; it has no JSON form.
        case generic = "map[interface {}]interface {}"
        /// From `groupBy`; it has no JSON form.
        case groups = "map[interface {}][]interface {}"
    }

    package let entries: [MapKey: Value]
    package let kind: Kind
    /// How many levels of lists and maps it has, including this one.
    let depth: Int32

    package init(entries: [MapKey: Value], kind: Kind = .any) {
        self.entries = entries
        self.kind = kind
        depth = 1 + (entries.values.lazy.map(\.depth).max() ?? 0)
    }

    var isStringKeyed: Bool { kind == .any || kind == .strings }

    /// The value for a missing key.
    var absent: Value {
        switch kind {
        case .any, .generic: .null
        case .strings: .text("")
        case .groups: Value(.array(ArrayValue([], isNil: true)))
        }
    }

    var sorted: [(key: MapKey, value: Value)] {
        entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

package enum MapKey: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case duration(Int)
    case text(ByteText)
    indirect case time(Moment)

    init?(_ value: Value) {
        switch value.content {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .duration(let number): self = .duration(number)
        case .string(let text): self = .text(text)
        case .time(let moment): self = .time(moment)
        default: return nil
        }
    }

    var value: Value {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .duration(let number): Value(.duration(number))
        case .text(let text): .text(text)
        case .time(let moment): Value(.time(moment))
        }
    }
}

extension MapKey: Comparable {
    package static func < (left: MapKey, right: MapKey) -> Bool {
        switch (left, right) {
        case (.bool(let one), .bool(let other)): !one && other
        case (.int(let one), .int(let other)): one < other
        case (.double(let one), .double(let other)): one < other
        case (.duration(let one), .duration(let other)): one < other
        case (.text(let one), .text(let other)): one < other
        case (.time(let one), .time(let other)): one.isBefore(other)
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .int: 2
        case .double: 3
        case .duration: 4
        case .text: 5
        case .time: 6
        }
    }
}

/// A callable value from the environment, such as `response.header`.
package struct FunctionValue: Sendable {
    package let name: String
    package let call: @Sendable ([Value]) throws(ExpressionError) -> Value

    package init(name: String, call: @escaping @Sendable ([Value]) throws(ExpressionError) -> Value) {
        self.name = name
        self.call = call
    }
}
