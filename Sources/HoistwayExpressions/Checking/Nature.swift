/// What the checker knows about a value before evaluation: its Go type, and for a list also that of its elements.
package indirect enum Nature: Sendable, Equatable {
    /// Nothing is known, not even that Go's type is `any`.
    case unknown
    case any
    case null
    case bool, int, float, string, bytes
    /// An element of `bytes`.
    case byte
    /// `[]any`, with the nature of its elements.
    case array(Nature)
    /// `[]string`.
    case strings
    /// `map[string]any`.
    case map
    /// `map[string]string`.
    case stringMap
    /// `map[any]any`.
    case generic
    /// `map[any][]any`.
    case groups
    case time, duration, zone, month, weekday
    case object(ObjectType)
    case function(Signature)

    /// Go's kinds, as far as the checker's rules use them.
    enum Kind {
        case invalid, interface, bool, int, int64, uint8, float64, string, slice, map, structure, pointer, function
    }

    var kind: Kind {
        switch self {
        case .unknown, .null: .invalid
        case .any: .interface
        case .bool: .bool
        case .int, .month, .weekday: .int
        case .duration: .int64
        case .byte: .uint8
        case .float: .float64
        case .string: .string
        case .bytes, .array, .strings: .slice
        case .map, .stringMap, .generic, .groups: .map
        case .time: .structure
        case .object(let type): type.isPointer ? .pointer : .structure
        case .zone: .pointer
        case .function: .function
        }
    }

    var isUnknown: Bool { self == .unknown || self == .any }
    var isInteger: Bool { self == .int || self == .byte }
    var isNumber: Bool { isInteger || self == .float }
    var isList: Bool { kind == .slice }
    var isMap: Bool { kind == .map }

    /// The nature of an element of this list or map.
    var element: Nature {
        switch self {
        case .array(let element): element
        case .strings, .stringMap: .string
        case .bytes: .byte
        case .map, .generic: .any
        case .groups: .array(.any)
        default: .unknown
        }
    }

    /// The nature of a key of this map.
    var key: Nature {
        switch self {
        case .map, .stringMap: .string
        case .generic, .groups: .any
        default: .unknown
        }
    }

    /// Whether Go accepts a value of this nature where the other one is required.
    func isAssignable(to wanted: Nature) -> Bool {
        if self == .null {
            switch wanted.kind {
            case .interface, .pointer, .function, .map, .slice: return true
            default: return false
            }
        }
        if self == .unknown || wanted == .unknown || wanted == .null { return false }
        if wanted == .any { return true }
        if case .array = self, case .array = wanted { return true }
        return self == wanted
    }

    /// Whether `==` can compare the two.
    func isComparable(to other: Nature) -> Bool {
        isUnknown || other.isUnknown || self == .null || other == .null
            || isNumber && other.isNumber
            || isList && other.isList
            || isAssignable(to: other)
    }

    /// Whether one of them is unknown, and the other is unknown too or passes the test.
    func mayFit(_ other: Nature, _ test: (Nature) -> Bool) -> Bool {
        isUnknown && (other.isUnknown || test(other)) || other.isUnknown && test(self)
    }

    /// The name in error messages.
    package var name: String {
        switch self {
        case .unknown, .any: "unknown"
        case .null: "nil"
        case .bool: "bool"
        case .int, .byte: "int"
        case .float: "float"
        case .string: "string"
        case .bytes: "bytes"
        case .array, .strings: "array"
        case .map, .stringMap, .generic, .groups: "map"
        case .time: "time"
        case .duration: "duration"
        case .zone: "timezone"
        case .month: "month"
        case .weekday: "weekday"
        case .object(let type): type.name
        case .function: "function"
        }
    }
}

/// The parameters and the result of a function; the first overload that fits is used.
package struct Signature: Sendable, Equatable {
    package struct Overload: Sendable, Equatable {
        package var parameters: [Nature]
        package var result: Nature

        package init(_ parameters: [Nature], _ result: Nature) {
            self.parameters = parameters
            self.result = result
        }
    }

    package var name: String
    /// Empty: nothing is known, and nothing is checked.
    package var overloads: [Overload]

    package init(_ name: String, _ overloads: [Overload]) {
        self.name = name
        self.overloads = overloads
    }

    package init(_ name: String, _ parameters: [Nature], _ result: Nature) {
        self.init(name, [Overload(parameters, result)])
    }
}
