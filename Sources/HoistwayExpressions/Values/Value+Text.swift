extension Value {
    /// As Go's `%v` prints it: what `string()` gives.
    var goText: ByteText {
        switch content {
        case .null: return "<nil>"
        case .bool(let flag): return ByteText(flag ? "true" : "false")
        case .int(let number): return ByteText(String(number))
        case .double(let number): return ByteText(GoFloat.text(number))
        case .string(let text): return text
        case .bytes(let bytes): return ByteText("[" + bytes.map { String($0) }.joined(separator: " ") + "]")
        case .array(let array):
            return ByteText("[") + Self.joined(array.elements.map(\.goText)) + "]"
        case .map(let map):
            return ByteText("map[") + Self.joined(map.sorted.map { $0.key.value.goText + ":" + $0.value.goText }) + "]"
        case .time(let moment): return ByteText(GoLayout.format(moment, "2006-01-02 15:04:05.999999999 -0700 MST"))
        case .duration(let number): return ByteText(GoDuration.text(number))
        case .zone(let zone): return ByteText(zone.name)
        case .calendar(let number): return ByteText(number.name)
        case .object(let object):
            if let text = object.type.jsonText { return text(object) }
            return ByteText("{") + Self.joined(object.fields.map(\.goText)) + "}"
        case .function(let function): return ByteText(function.name)
        }
    }

    private static func joined(_ parts: [ByteText]) -> ByteText {
        ByteText(Array(parts.map(\.bytes).joined(separator: [UInt8(ascii: " ")])))
    }

    /// expr-lang's `==`.
    func equals(_ other: Value) -> Bool {
        switch (content, other.content) {
        case (.int(let one), .int(let two)): one == two
        case (.int(let one), .double(let two)), (.double(let two), .int(let one)): Double(one) == two
        case (.double(let one), .double(let two)): one == two
        case (.string(let one), .string(let two)): one == two
        case (.bool(let one), .bool(let two)): one == two
        case (.time(let one), .time(let two)): one == two
        case (.duration(let one), .duration(let two)): one == two
        case (.zone(let one), .zone(let two)): one == two
        case (.calendar(let one), .calendar(let two)): one == two
        case (.bytes(let one), .bytes(let two)): one == two
        case (.array(let one), .array(let two)):
            one.elements.count == two.elements.count && zip(one.elements, two.elements).allSatisfy { $0.equals($1) }
        case (.map(let one), .map(let two)):
            one.kind == two.kind && one.entries.count == two.entries.count
                && one.entries.allSatisfy { entry in two.entries[entry.key].map { entry.value.isSame($0) } ?? false }
        case (.object(let one), .object(let two)):
            one.type == two.type && zip(one.fields, two.fields).allSatisfy { $0.isSame($1) }
        default: isNull && other.isNull
        }
    }

    /// Go's `reflect.DeepEqual`: an int is no float.
    private func isSame(_ other: Value) -> Bool {
        switch (content, other.content) {
        case (.int, .double), (.double, .int): false
        case (.array(let one), .array(let two)):
            one.kind == two.kind && one.elements.count == two.elements.count
                && zip(one.elements, two.elements).allSatisfy { $0.isSame($1) }
        default: equals(other)
        }
    }
}
