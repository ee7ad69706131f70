extension Value {
    /// The text of Go's `%v`, which `string()` gives.
    ///
    /// - Returns: `nil` where the text is longer than the limit, in bytes.
    func goText(upTo limit: Int) -> ByteText? {
        var output: [UInt8] = []
        return write(to: &output, limit) ? ByteText(output) : nil
    }

    /// For values that are known to be short; empty for a text of more than 16 MiB.
    var goText: ByteText { goText(upTo: 16 << 20) ?? "" }

    private func write(to output: inout [UInt8], _ limit: Int) -> Bool {
        switch content {
        case .null: output += Array("<nil>".utf8)
        case .bool(let flag): output += Array((flag ? "true" : "false").utf8)
        case .int(let number): output += Array(String(number).utf8)
        case .double(let number): output += Array(GoFloat.text(number).utf8)
        case .string(let text): output += text.bytes
        case .bytes(let bytes): output += Array("[\(bytes.map(String.init).joined(separator: " "))]".utf8)
        case .array(let array):
            guard Self.write(array.elements, "[", to: &output, limit) else { return false }
        case .map(let map):
            output += Array("map[".utf8)
            for (index, entry) in map.sorted.enumerated() {
                if index > 0 { output.append(UInt8(ascii: " ")) }
                guard entry.key.value.write(to: &output, limit) else { return false }
                output.append(UInt8(ascii: ":"))
                guard entry.value.write(to: &output, limit) else { return false }
            }
            output.append(UInt8(ascii: "]"))
        case .time(let moment):
            output += Array(GoLayout.format(moment, "2006-01-02 15:04:05.999999999 -0700 MST").utf8)
        case .duration(let number): output += Array(GoDuration.text(number).utf8)
        case .zone(let zone): output += Array(zone.name.utf8)
        case .calendar(let number): output += Array(number.name.utf8)
        case .object(let object):
            if let text = object.type.jsonText {
                output += text(object).bytes
            } else {
                guard Self.write(object.fields, "{", to: &output, limit) else { return false }
            }
        case .function(let function): output += Array(function.name.utf8)
        }
        return output.count <= limit
    }

    private static func write(_ parts: [Value], _ open: Character, to output: inout [UInt8], _ limit: Int) -> Bool {
        output.append(open == "[" ? UInt8(ascii: "[") : UInt8(ascii: "{"))
        for (index, part) in parts.enumerated() {
            if index > 0 { output.append(UInt8(ascii: " ")) }
            guard part.write(to: &output, limit) else { return false }
        }
        output.append(open == "[" ? UInt8(ascii: "]") : UInt8(ascii: "}"))
        return true
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

    /// Go's `reflect.DeepEqual`: an int never equals a float.
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
