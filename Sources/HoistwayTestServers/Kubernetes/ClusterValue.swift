/// A part of an object in the cluster, as JSON; integers stay integers.
package enum ClusterValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([ClusterValue])
    case map([String: ClusterValue])

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var integer: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    package var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    package var list: [ClusterValue]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    package var map: [String: ClusterValue]? {
        guard case .map(let members) = self else { return nil }
        return members
    }

    /// The value at a path of keys; setting creates missing maps, and `nil` removes the last key.
    ///
    /// Where a value on the path is not a map, reading gives `nil`, and setting replaces that value by a map.
    package subscript(_ path: String...) -> ClusterValue? {
        get { self[at: path[...]] }
        set { self[at: path[...]] = newValue }
    }

    private subscript(at path: ArraySlice<String>) -> ClusterValue? {
        get {
            guard let key = path.first else { return self }
            return map?[key]?[at: path.dropFirst()]
        }
        set {
            guard let key = path.first else { return self = newValue ?? .null }
            var members = map ?? [:]
            if path.count == 1 {
                members[key] = newValue
            } else if newValue != nil || members[key] != nil {
                var member = members[key] ?? .map([:])
                member[at: path.dropFirst()] = newValue
                members[key] = member
            }
            self = .map(members)
        }
    }
}

extension ClusterValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: ClusterValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, ClusterValue)...) {
        self = .map(Dictionary(elements) { $1 })
    }
}

extension ClusterValue: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// JSON without spaces, with the keys in their order.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .integer(let number): output += String(number).utf8
        case .number(let number): output += String(number).utf8
        case .string(let text): Self.write(text, to: &output)
        case .list(let items):
            output.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                item.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .map(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output += #"\""#.utf8
            case UInt8(ascii: "\\"): output += #"\\"#.utf8
            case 0x0A: output += #"\n"#.utf8
            case 0x0D: output += #"\r"#.utf8
            case 0x09: output += #"\t"#.utf8
            case 0..<0x20:
                let hex = String(byte, radix: 16)
                output += "\\u".utf8
                output += String(repeating: "0", count: 4 - hex.count).utf8
                output += hex.utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
