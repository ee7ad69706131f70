/// Writes the changes in a tree: edits of the file's bytes, and text for values that the file does not have.
struct JSONWriter {
    private let tree: JSONTree
    private let source: SourceText
    /// The text after the colon in new members.
    private let afterColon: String
    private(set) var reached: Set<Int> = []
    private var found: [TextEdit] = []

    init(_ tree: JSONTree, _ source: SourceText) {
        self.tree = tree
        self.source = source
        afterColon = Self.usesSpaces(tree, source) ? " " : ""
    }

    /// Whether the file's first member has a space after its colon.
    private static func usesSpaces(_ tree: JSONTree, _ source: SourceText) -> Bool {
        for node in tree.nodes {
            guard case .object(let members) = node.original ?? node.content,
                let member = members.first(where: { $0.keyRange != nil }), let key = member.keyRange,
                let value = tree.nodes[member.value].range
            else { continue }
            return source.bytes[key.upperBound..<value.lowerBound].last != UInt8(ascii: ":")
        }
        return false
    }

    mutating func edits() -> [TextEdit] {
        walk(tree.root)
        return found
    }

    private mutating func walk(_ number: Int) {
        reached.insert(number)
        let node = tree.nodes[number]
        guard let range = node.range else {
            // The file has no value: the new one is written before the white space.
            if number == tree.root {
                found.append(.insertion(text(number), at: source.contentStart))
            }
            return
        }
        guard node.original == nil else {
            let isCollection = node.content.isCollection
            let written = text(number)
            if isCollection || !node.hasOriginalValue { found.append(TextEdit(range, written)) }
            return
        }
        switch node.content {
        case .object(let members):
            for member in members.prefix(node.writtenCount) { walk(member.value) }
            let added = members.dropFirst(node.writtenCount).map { self.member($0) }
            insert(added, into: range, last: members.prefix(node.writtenCount).last.map { ($0.keyRange, $0.value) })
        case .array(let items):
            for item in items.prefix(node.writtenCount) { walk(item) }
            let added = items.dropFirst(node.writtenCount).map { text($0) }
            insert(added, into: range, last: items.prefix(node.writtenCount).last.map { (nil, $0) })
        default: return
        }
    }

    /// Inserts after the last child; each new child gets the white space that is before that one.
    private mutating func insert(_ texts: [String], into range: Range<Int>, last: (key: Range<Int>?, value: Int)?) {
        guard !texts.isEmpty else { return }
        guard let last, let value = tree.nodes[last.value].range else {
            found.append(.insertion(texts.joined(separator: "," + afterColon), at: range.lowerBound + 1))
            return
        }
        let start = last.key?.lowerBound ?? value.lowerBound
        var blank = start
        while blank > range.lowerBound, source.isBlank(blank - 1..<blank) { blank -= 1 }
        let space = String(decoding: source.bytes[blank..<start], as: UTF8.self)
        found.append(.insertion(texts.map { "," + space + $0 }.joined(), at: value.upperBound))
    }

    private mutating func member(_ member: JSONTree.Member) -> String {
        JSONText.quoted(member.key) + ":" + afterColon + text(member.value)
    }

    private mutating func text(_ number: Int) -> String {
        reached.insert(number)
        switch tree.nodes[number].content {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let text): return text
        case .string(let text): return JSONText.quoted(text)
        case .object(let members):
            return "{" + members.map { member($0) }.joined(separator: "," + afterColon) + "}"
        case .array(let items): return "[" + items.map { text($0) }.joined(separator: "," + afterColon) + "]"
        }
    }
}
