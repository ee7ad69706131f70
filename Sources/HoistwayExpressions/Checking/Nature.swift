/// What is known about a value before it exists.
package indirect enum Nature: Sendable, Equatable {
    case unknown
    case null
    case bool, int, float, string, bytes
    case array(Nature)
    case map(Nature)
    case time, duration, zone
    case object(ObjectType)

    var isUnknown: Bool { self == .unknown }
    var isNumber: Bool { self == .int || self == .float }

    var isArray: Bool {
        if case .array = self { return true }
        return self == .bytes
    }

    /// Whether a value of this nature may stand where the other is asked for.
    func fits(_ wanted: Nature) -> Bool {
        switch (self, wanted) {
        case (.unknown, _), (_, .unknown): true
        case (.array, .array), (.map, .map): true
        case (.bytes, .array): true
        default: self == wanted
        }
    }

    var name: String {
        switch self {
        case .unknown: "unknown"
        case .null: "nil"
        case .bool: "bool"
        case .int: "int"
        case .float: "float"
        case .string: "string"
        case .bytes: "bytes"
        case .array: "array"
        case .map: "map"
        case .time: "time"
        case .duration: "duration"
        case .zone: "timezone"
        case .object(let type): type.name
        }
    }
}
