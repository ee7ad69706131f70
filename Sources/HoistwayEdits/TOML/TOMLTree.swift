import Ctoml
import HoistwayModel

/// A TOML file in toml++'s reading (<https://toml.io/en/v1.0.0>), with the place where each value begins.
struct TOMLTree {
    enum Content: Equatable {
        case table
        case array
        case string(String)
        case integer(Int64)
        case float(Double)
        case bool(Bool)
        /// A date, a time or both, in RFC 3339 format.
        case time(String)

        var isCollection: Bool { self == .table || self == .array }
    }

    struct Node {
        var content: Content
        /// The root's parent is the root, 0.
        var parent: Int
        /// The key of a table's member; otherwise empty.
        var key: String
        /// Counted in characters; `nil` where the file has no text for it.
        var place: TextPlace?
        var children: [Int] = []
    }

    /// In depth-first order, members of a table by their names; the root first.
    private(set) var nodes: [Node] = []

    init(_ source: SourceText) throws(UpdateFailure) {
        // The bytes must not contain the zero byte, which ends a text in C: TOML allows it nowhere.
        let document = source.bytes.withUnsafeBytes {
            hoistway_toml_read(
                $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                $0.count,
                YAMLLimits.nodes,
                YAMLLimits.depth
            )
        }
        guard let document else { preconditionFailure("toml++ has given no document") }
        defer { hoistway_toml_free(document) }
        if let problem = hoistway_toml_problem(document) {
            let line = Int(hoistway_toml_problem_line(document))
            throw .unreadable(
                "not valid TOML: \(Self.words(String(cString: problem)))",
                at: line > 0
                    ? TextPlace(line: line, column: Int(hoistway_toml_problem_column(document))) : nil,
                hint: "correct the file; nothing was done with it"
            )
        }
        let count = hoistway_toml_count(document)
        nodes.reserveCapacity(count)
        for index in 0..<count {
            let entry = hoistway_toml_at(document, index)
            let node = Node(
                content: Content(entry),
                parent: entry.parent,
                key: Self.text(entry.key, entry.key_length),
                place: entry.line > 0 ? TextPlace(line: Int(entry.line), column: Int(entry.column)) : nil
            )
            nodes.append(node)
            if index > 0 { nodes[node.parent].children.append(index) }
        }
    }

    /// Cleans toml++'s message, which may quote the file.
    private static func words(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).map { $0.value < 0x20 ? "?" : $0 }))
    }

    fileprivate static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The node for a key of an update.
    func node(at path: KeyPath, key: String) throws(UpdateFailure) -> Int {
        var index = 0
        var parent = ""
        for part in path.parts {
            let node = nodes[index]
            let place = node.place ?? TextPlace(line: 1, column: 1)
            switch node.content {
            case .table:
                let next = node.children.first { nodes[$0].key.utf8.elementsEqual(part.text.utf8) }
                guard let next else {
                    throw .missing(
                        key: key,
                        part: part.text,
                        in: parent,
                        known: node.children.map { nodes[$0].key },
                        at: place
                    )
                }
                index = next
            case .array:
                let items = node.children
                guard let number = part.index else { throw .notAnIndex(key: key, part: part.text, at: place) }
                guard items.indices.contains(number) else {
                    throw .indexOutOfRange(key: key, index: part.text, count: items.count, at: place)
                }
                index = items[number]
            default: throw .scalarInTheWay(key: key, at: place, parent: parent)
            }
            parent = part.text
        }
        return index
    }

    // MARK: Values

    /// The value with everything below it; numbers are floating-point numbers, and times are texts.
    func value(_ index: Int = 0) throws(UpdateFailure) -> DocumentValue {
        let node = nodes[index]
        switch node.content {
        case .string(let text), .time(let text): return .string(text)
        case .bool(let flag): return .bool(flag)
        case .integer(let number):
            guard let exact = Double(exactly: number) else { throw Self.unusable(node) }
            return .number(exact)
        case .float(let number):
            guard number.isFinite else { throw Self.unusable(node) }
            return .number(number)
        case .array:
            var items: [DocumentValue] = []
            for child in node.children { items.append(try value(child)) }
            return .list(items)
        case .table:
            var members: [DocumentValue.Member] = []
            for child in node.children { members.append(.init(nodes[child].key, try value(child))) }
            return .map(members)
        }
    }

    private static func unusable(_ node: Node) -> UpdateFailure {
        .unreadable(
            "a number is too large for an expression, or none",
            at: node.place,
            hint: "write it as a text"
        )
    }
}

extension TOMLTree.Content {
    fileprivate init(_ entry: hoistway_toml_node) {
        switch entry.kind {
        case HOISTWAY_TOML_TABLE: self = .table
        case HOISTWAY_TOML_ARRAY: self = .array
        case HOISTWAY_TOML_STRING: self = .string(TOMLTree.text(entry.text, entry.text_length))
        case HOISTWAY_TOML_INTEGER: self = .integer(entry.integer)
        case HOISTWAY_TOML_FLOAT: self = .float(entry.number)
        case HOISTWAY_TOML_BOOLEAN: self = .bool(entry.boolean)
        default: self = .time(TOMLTree.text(entry.text, entry.text_length))
        }
    }

    /// Without quotes.
    var text: String {
        switch self {
        case .table, .array: ""
        case .string(let text), .time(let text): text
        case .integer(let number): String(number)
        case .float(let number): ScalarValue.text(of: number)
        case .bool(let flag): flag ? "true" : "false"
        }
    }

    /// The kind, for messages.
    var kind: String { self == .table ? "a table" : "an array" }

    /// Whether the scalar already has the value of an update.
    func isSame(as value: ScalarValue) -> Bool {
        switch (self, value) {
        case (.string(let text), .string(let wanted)): text.utf8.elementsEqual(wanted.utf8)
        case (.bool(let flag), .bool(let wanted)): flag == wanted
        case (.integer(let number), .number(let wanted)): Double(exactly: number) == wanted
        case (.float(let number), .number(let wanted)): number == wanted
        default: false
        }
    }
}
