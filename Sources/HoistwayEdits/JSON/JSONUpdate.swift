/// Sets scalars of a JSON file and touches nothing else: `json-update`.
///
/// The rules of Kargo's `json-update` (<https://github.com/tidwall/sjson>): what is missing is created, objects for names
/// and lists for numbers; a number past the end of a list fills the gap with nulls, `-1` adds to the end; a value that
/// stands where a collection is needed gives way to one. Other bytes stay, and a new member is written like the one
/// before it. The edited file is read again and has exactly the intended values, or nothing is done.
package enum JSONUpdate {
    /// Most nulls that one update adds before its item.
    static let maxGap = 1_000

    package static func apply(_ updates: [ScalarUpdate], to document: [UInt8]) throws(UpdateFailure) -> UpdateEdit {
        guard updates.count <= YAMLUpdate.maxUpdates else {
            throw .tooManyUpdates(count: updates.count, limit: YAMLUpdate.maxUpdates)
        }
        let source = try UpdateKeys.source(document)
        var paths: [KeyPath] = []
        for update in updates {
            if let problem = update.value.problem { throw .value(key: update.key, problem) }
            do throws(KeyPathFailure) {
                paths.append(try KeyPath(json: update.key))
            } catch {
                throw .key(update.key, error)
            }
        }
        let before = try JSONTree(source, allowsNothing: true)
        var plan = JSONUpdatePlan(before, source)
        for (update, path) in zip(updates, paths) { try plan.set(path, update) }
        var writer = JSONWriter(plan.tree, source)
        let edits = TextEdits(writer.edits())
        let changes = plan.changes(reached: writer.reached)
        guard !edits.isEmpty else { return UpdateEdit(bytes: document, changes: changes) }
        guard let bytes = edits.applied(to: document) else {
            throw .cannotProve("two changes touch the same bytes", at: nil)
        }
        guard edits.isWholeDifference(before: document, after: bytes) else {
            throw .cannotProve("bytes outside the values changed", at: nil)
        }
        let after: JSONTree
        do throws(UpdateFailure) {
            after = try JSONTree(UpdateKeys.source(bytes))
        } catch {
            throw .cannotProve("it could not be read then", at: error.place)
        }
        guard plan.tree.isSame(plan.tree.root, as: after.root, of: after) else {
            throw .cannotProve("another value would change", at: nil)
        }
        return UpdateEdit(bytes: bytes, changes: changes)
    }
}

extension KeyPath {
    /// A key of `json-update`: a backslash before any character takes its meaning away, a colon before a part says that
    /// it is a name and not a number, and elsewhere it is a colon.
    init(json text: String) throws(KeyPathFailure) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.maxBytes else { throw .tooLong(limit: Self.maxBytes) }
        var parts: [Part] = []
        var part: [UInt8] = []
        var isKey = false
        var isStart = true
        var offset = 0
        func closed(at position: Int) throws(KeyPathFailure) -> Part {
            guard !part.isEmpty else { throw .emptyPart(position: position) }
            return Part(text: String(decoding: part, as: UTF8.self), isKey: isKey)
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\\") {
                guard offset < bytes.count else { throw .escape(position: offset) }
                part.append(bytes[offset])
                offset += 1
            } else if byte == UInt8(ascii: ".") {
                parts.append(try closed(at: offset))
                (part, isKey, isStart) = ([], false, true)
                continue
            } else if byte == UInt8(ascii: ":"), isStart {
                isKey = true
            } else if "|#@*?".utf8.contains(byte) {
                throw .query(position: offset, character: String(UnicodeScalar(byte)))
            } else {
                part.append(byte)
            }
            isStart = false
        }
        parts.append(try closed(at: offset))
        guard parts.count <= Self.maxParts else { throw .tooDeep(limit: Self.maxParts) }
        self.init(parts)
    }
}

/// A tree with the updates made in it.
private struct JSONUpdatePlan {
    var tree: JSONTree
    private let source: SourceText
    /// By the value's number.
    private var named: [Int: (update: ScalarUpdate, number: Int)] = [:]
    private var count = 0

    init(_ tree: JSONTree, _ source: SourceText) {
        self.tree = tree
        self.source = source
    }

    private func place(of node: Int) -> TextPlace {
        var counter = PlaceCounter(source)
        return counter.place(of: tree.nodes[node].range?.lowerBound ?? source.contentStart)
    }

    mutating func set(_ path: KeyPath, _ update: ScalarUpdate) throws(UpdateFailure) {
        count += 1
        var node = tree.root
        for (depth, part) in path.parts.enumerated() {
            let rest = path.parts[(depth + 1)...]
            if !tree.nodes[node].content.isCollection {
                tree.replace(node, with: part.number == nil ? .object([]) : .array([]))
            }
            let next: Int?
            if case .object = tree.nodes[node].content {
                next = try member(part, of: node, update, rest)
            } else {
                next = try item(part, of: node, update, rest)
            }
            guard let next else { return }
            node = next
        }
        tree.replace(node, with: JSONTree.Content(update.value))
        named[node] = (update, count)
    }

    /// The member's value; `nil`: there was none, and it was added with all that belongs below it.
    private mutating func member(
        _ part: KeyPath.Part,
        of node: Int,
        _ update: ScalarUpdate,
        _ rest: ArraySlice<KeyPath.Part>
    ) throws(UpdateFailure) -> Int? {
        let found = tree.members(of: node, named: part)
        guard case .object(let members) = tree.nodes[node].content, let first = found.first else {
            let value = built(rest, update)
            tree.append(JSONTree.Member(key: part.text, keyRange: nil, value: value), to: node)
            return nil
        }
        guard found.count == 1 else {
            throw .duplicateKey(
                key: update.key,
                part: part.text,
                first: place(of: members[first].value),
                at: place(of: members[found[1]].value)
            )
        }
        return members[first].value
    }

    private mutating func item(
        _ part: KeyPath.Part,
        of node: Int,
        _ update: ScalarUpdate,
        _ rest: ArraySlice<KeyPath.Part>
    ) throws(UpdateFailure) -> Int? {
        guard case .array(let items) = tree.nodes[node].content else { return nil }
        let isDigits = part.text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isDigits, let index = Int(part.text), index < items.count { return items[index] }
        if part.text == "-1", !part.isKey {
            tree.append(item: built(rest, update), to: node)
            return nil
        }
        guard isDigits, !part.isKey else { throw .notAnIndex(key: update.key, part: part.text, at: place(of: node)) }
        guard let index = Int(part.text), index - items.count <= JSONUpdate.maxGap else {
            throw .indexOutOfRange(key: update.key, index: part.text, count: items.count, at: place(of: node))
        }
        for _ in items.count..<index { tree.append(item: tree.make(.null), to: node) }
        tree.append(item: built(rest, update), to: node)
        return nil
    }

    /// A value inside the collections that the rest of a key asks for.
    private mutating func built(_ rest: ArraySlice<KeyPath.Part>, _ update: ScalarUpdate) -> Int {
        var node = tree.make(JSONTree.Content(update.value))
        named[node] = (update, count)
        for part in rest.reversed() {
            let isLast = part.text == "-1" && !part.isKey
            guard let number = isLast ? 0 : part.number, number <= JSONUpdate.maxGap else {
                node = tree.make(.object([JSONTree.Member(key: part.text, keyRange: nil, value: node)]))
                continue
            }
            let gap = (0..<number).map { _ in tree.make(.null) }
            node = tree.make(.array(gap + [node]))
        }
        return node
    }

    /// - Parameter reached: the values that are still part of the tree.
    func changes(reached: Set<Int>) -> [ScalarChange] {
        var changes: [ScalarChange] = []
        var counter = PlaceCounter(source)
        let kept = named.filter { reached.contains($0.key) }
        let written = kept.filter { tree.nodes[$0.key].range != nil }
        for (node, naming) in written.sorted(by: { start(of: $0.key) < start(of: $1.key) }) {
            let original = tree.nodes[node].original ?? .null
            changes.append(
                ScalarChange(
                    key: naming.update.key,
                    old: original.text(source, tree.nodes[node].range),
                    new: naming.update.value.text,
                    place: counter.place(of: start(of: node)),
                    changed: !tree.nodes[node].hasOriginalValue
                )
            )
        }
        let added = kept.filter { tree.nodes[$0.key].range == nil }.sorted { $0.value.number < $1.value.number }
        for (_, naming) in added {
            changes.append(ScalarChange(key: naming.update.key, new: naming.update.value.text, changed: true))
        }
        return changes
    }

    private func start(of node: Int) -> Int { tree.nodes[node].range?.lowerBound ?? 0 }
}

extension KeyPath.Part {
    /// The number of an item that the part of a `json-update` key stands for where nothing is there yet.
    fileprivate var number: Int? {
        guard !isKey, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }
}

extension JSONTree.Content {
    init(_ value: ScalarValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .bool(let flag): self = .bool(flag)
        case .number: self = .number(value.text)
        }
    }

    var isCollection: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }

    /// A text without its quotes, everything else as it is written.
    fileprivate func text(_ source: SourceText, _ range: Range<Int>?) -> String? {
        if case .string(let text) = self { return text }
        return range.map { String(decoding: source.bytes[$0], as: UTF8.self) }
    }
}

extension JSONTree.Node {
    /// Whether a replaced scalar is what it was: numbers by their value.
    var hasOriginalValue: Bool {
        guard let original, range != nil else { return original == nil }
        return content.isSameScalar(original)
    }
}

extension JSONTree.Content {
    func isSameScalar(_ other: JSONTree.Content) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)):
            left == right || (Double(left) == Double(right) && Double(left) != nil)
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}

extension JSONTree {
    /// Whether a value, with what was set in it, is another tree's.
    fileprivate func isSame(_ node: Int, as other: Int, of tree: JSONTree) -> Bool {
        switch (nodes[node].content, tree.nodes[other].content) {
        case (.object(let left), .object(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { left, right in
                    left.key.utf8.elementsEqual(right.key.utf8) && isSame(left.value, as: right.value, of: tree)
                }
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { isSame($0, as: $1, of: tree) }
        case (let left, let right): left.isSameScalar(right)
        }
    }
}
