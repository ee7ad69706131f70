import HoistwayEdits
import HoistwayTestKit

/// Makes random values, and writes them as YAML and JSON in mixed styles.
struct DocumentMaker {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A document and the keys of the scalars in it.
    struct Sample {
        var text: String
        var value: DocumentValue
        var scalars: [String] = []
    }

    /// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>.
    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[next(items.count)] }

    private static let names = ["image", "tag", "a.b", "x:y", "größe", "k1", "Name", "with blank", "list", "env"]
    private static let texts = [
        "v1", "1.10", "yes", "", "null", "a: b", "x #y", "it's", "say \"x\"", "1234e5", "two\nlines", "größe", "*a",
        "- b",
        "2024-05-01", "{}", "tab\there", "back\\slash", "reg.io:5000/app@sha256:ab", "trailing ", " leading", "~",
    ]

    mutating func scalar() -> ScalarValue {
        switch next(6) {
        case 0: .number(Double(next(4_000_000)) / 4)
        case 1: .bool(next(2) == 0)
        default: .string(pick(Self.texts))
        }
    }

    mutating func value(depth: Int) -> DocumentValue {
        let kind = depth == 0 ? 3 : next(4)
        switch kind {
        case 0: return .list((0..<next(4)).map { _ in value(depth: depth - 1) })
        case 1, 2:
            var members: [DocumentValue.Member] = []
            for name in Self.names where next(3) == 0 {
                members.append(DocumentValue.Member(name, value(depth: depth - 1)))
            }
            return .map(members)
        default: return next(8) == 0 ? .null : DocumentValue(scalar())
        }
    }

    /// A mapping, with the keys of all its scalars.
    mutating func sample(json: Bool) -> Sample {
        var members: [DocumentValue.Member] = []
        for name in Self.names.shuffledBy(&self).prefix(1 + next(5)) {
            members.append(DocumentValue.Member(name, value(depth: 3)))
        }
        let value = DocumentValue.map(members)
        var sample = Sample(text: json ? self.json(value, indent: "\n") : yaml(value), value: value)
        collect(value, "", &sample.scalars)
        return sample
    }

    private func collect(_ value: DocumentValue, _ path: String, _ keys: inout [String]) {
        let prefix = path.isEmpty ? "" : path + "."
        switch value {
        case .list(let items):
            for (number, item) in items.enumerated() { collect(item, "\(prefix)\(number)", &keys) }
        case .map(let members):
            for member in members {
                let name = member.key.replacing(".", with: "\\.").replacing(":", with: "\\:")
                collect(member.value, prefix + name, &keys)
            }
        default: keys.append(path)
        }
    }

    // MARK: JSON

    private mutating func json(_ value: DocumentValue, indent: String) -> String {
        let isTight = next(2) == 0
        let inner = isTight ? "" : indent + "  "
        let outer = isTight ? "" : indent
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return "\(number)"
        case .string(let text): return quoted(text)
        case .list(let items):
            if items.isEmpty { return next(2) == 0 ? "[]" : "[ ]" }
            return "[" + items.map { inner + json($0, indent: indent + "  ") }.joined(separator: ",") + outer + "]"
        case .map(let members):
            if members.isEmpty { return next(2) == 0 ? "{}" : "{\n}" }
            let texts = members.map { member in
                inner + quoted(member.key) + pick([":", ": ", " : "]) + json(member.value, indent: indent + "  ")
            }
            return "{" + texts.joined(separator: ",") + outer + "}"
        }
    }

    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // MARK: YAML

    private mutating func yaml(_ value: DocumentValue) -> String {
        var text = pick(["", "# first\n", "---\n", "\u{FEFF}", "\n\n"])
        block(value, indent: "", into: &text)
        if next(4) == 0 { text += "---\nother: [document]\n" }
        return next(6) == 0 ? text.replacing("\n", with: "\r\n") : text
    }

    private mutating func block(_ value: DocumentValue, indent: String, into text: inout String) {
        switch value {
        case .map(let members) where !members.isEmpty:
            for member in members {
                if next(6) == 0 { text += pick(["\n", indent + "# a comment\n"]) }
                text += indent + quoted(member.key) + ":"
                child(member.value, indent: indent, into: &text)
            }
        case .list(let items) where !items.isEmpty:
            for item in items {
                text += indent + "-"
                child(item, indent: indent, into: &text)
            }
        default: text += indent + flow(value) + "\n"
        }
    }

    private mutating func child(_ value: DocumentValue, indent: String, into text: inout String) {
        let isCollection =
            switch value {
            case .list(let items): !items.isEmpty
            case .map(let members): !members.isEmpty
            default: false
            }
        if isCollection, next(3) > 0 {
            text += pick(["\n", " # here\n", " &anchor\(next(1_000_000))\n"])
            block(value, indent: indent + pick([" ", "  ", "    "]), into: &text)
            return
        }
        if case .null = value, next(2) == 0 {
            text += pick(["\n", "  # nothing\n"])
            return
        }
        if case .string(let line) = value, next(8) == 0, !line.isEmpty, !line.contains("\n"), !line.hasPrefix(" ") {
            text += " |-\n\(indent)    \(line)\n"
            return
        }
        text += pick([" ", "  ", " &b\(next(1_000_000)) "]) + flow(value) + pick(["\n", " \n", " # c\n", "\n\n"])
    }

    private mutating func flow(_ value: DocumentValue) -> String {
        switch value {
        case .null: return pick(["null", "~"])
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return "\(number)"
        case .string(let text):
            let isSimple = text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
            if text == "v1", next(2) == 0 { return text }
            return isSimple && next(2) == 0 ? "'" + text.replacing("'", with: "''") + "'" : quoted(text)
        case .list(let items): return "[" + items.map { flow($0) }.joined(separator: pick([", ", ","])) + "]"
        case .map(let members):
            return "{" + members.map { quoted($0.key) + pick([": ", ":"]) + flow($0.value) }.joined(separator: ", ")
                + "}"
        }
    }
}

extension Array {
    fileprivate func shuffledBy(_ maker: inout DocumentMaker) -> [Element] {
        var rest = self
        var result: [Element] = []
        while !rest.isEmpty { result.append(rest.remove(at: maker.next(rest.count))) }
        return result
    }
}
