/// A tree in which the updates have been made.
struct JSONUpdatePlan {
    var tree: JSONTree
    private let source: SourceText
    /// The updates by the number of their value.
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

    /// The member's value; `nil`: there was none, and it was added with everything below it.
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

    /// Builds a value inside the collections that the rest of a key requires.
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

    /// - Parameter reached: the values that still belong to the tree.
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
    /// The index for a part of a `json-update` key where no value exists yet.
    fileprivate var number: Int? {
        guard !isKey, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(text)
    }
}
