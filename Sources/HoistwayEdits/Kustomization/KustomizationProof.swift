import Yams

/// Shows that an edited kustomization differs from the original by the intended image entries and by nothing else.
///
/// Both documents are read anew, whole, by the other parser; nothing that planned the edit is trusted.
struct KustomizationProof {
    var document: YAMLDocument
    var list: ImageList
    var edits: TextEdits
    var targets: [ImageTarget]

    /// Gives the entries that the edited document has.
    func check(_ after: [UInt8]) throws(EditFailure) -> [ImageEntry] {
        let before = document.source.bytes
        guard edits.isWholeDifference(before: before, after: after), edits.ordered.allSatisfy(isWhereImagesAre) else {
            throw refusal("bytes outside the image entries changed")
        }
        let old = try mapping(before)
        let new = try mapping(after)
        try requireSameOutsideImages(old, new)
        return try requireIntendedEntries(old, new)
    }

    private var line: Int {
        switch list.place {
        case .absent: document.root.line
        case .null(let pair), .list(let pair): pair.key.line
        }
    }

    private func refusal(_ reason: String) -> EditFailure { .cannotProve(line: line, reason: reason) }

    /// Edits lie on the lines of `images`, or at the document's end where there is none.
    private func isWhereImagesAre(_ edit: TextEdit) -> Bool {
        let source = document.source
        switch list.place {
        case .absent: return edit.range.isEmpty
        case .null(let pair), .list(let pair):
            return edit.range.lowerBound >= pair.key.range.upperBound
                && edit.range.upperBound <= source.lineEnd(pair.range.upperBound)
        }
    }

    private func mapping(_ bytes: [UInt8]) throws(EditFailure) -> Node.Mapping {
        let text = String(decoding: bytes[document.source.contentStart...], as: UTF8.self)
        do {
            // Scalars are compared by text and style, so that nothing need be resolved by regular expressions.
            let root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
            if case .mapping(let mapping)? = root { return mapping }
        } catch {
            throw refusal("the second parser does not read it")
        }
        throw refusal("the second parser finds no mapping")
    }

    private func requireSameOutsideImages(_ old: Node.Mapping, _ new: Node.Mapping) throws(EditFailure) {
        let oldPairs = old.filter { $0.key.scalar?.string != "images" }
        let newPairs = new.filter { $0.key.scalar?.string != "images" }
        guard oldPairs.count == newPairs.count else { throw refusal("a key beside images came or went") }
        for (oldPair, newPair) in zip(oldPairs, newPairs) {
            guard NodeRules.same(oldPair.key, newPair.key), NodeRules.same(oldPair.value, newPair.value) else {
                throw refusal("\(excerpt(oldPair.key.scalar?.string ?? "another key")) changed too")
            }
        }
    }

    private func requireIntendedEntries(_ old: Node.Mapping, _ new: Node.Mapping) throws(EditFailure) -> [ImageEntry] {
        let oldItems = NodeRules.images(of: old)
        let newItems = NodeRules.images(of: new)
        let expected = ImageMerge.result(of: targets, on: oldItems.compactMap(\.entry))
        let entries = newItems.compactMap(\.entry)
        guard entries.count == expected.count, entries.allSatisfy({ expected[$0.name] == $0 }) else {
            throw refusal("the image entries are not the intended ones")
        }
        let changed = Set(targets.map(\.name))
        let oldKept = firsts(oldItems).filter { $0.entry.map { !changed.contains($0.name) } ?? true }
        let newKept = newItems.filter { $0.entry.map { !changed.contains($0.name) } ?? true }
        guard oldKept.count == newKept.count, zip(oldKept, newKept).allSatisfy({ NodeRules.same($0.node, $1.node) })
        else { throw refusal("an image entry that was not asked for changed") }
        guard setValuesAreStrings(newItems) else { throw refusal("a value would be read as something else than text") }
        return entries
    }

    private func firsts(_ items: [NodeRules.Item]) -> [NodeRules.Item] {
        var seen: Set<String> = []
        return items.filter { item in item.entry.map { seen.insert($0.name).inserted } ?? true }
    }

    /// What a target sets must be a string for the parser's own rules, too.
    private func setValuesAreStrings(_ items: [NodeRules.Item]) -> Bool {
        let byName = Dictionary(targets.map { ($0.name, $0) }) { _, last in last }
        return items.allSatisfy { item in
            guard let target = item.entry.flatMap({ byName[$0.name] }) else { return true }
            let set: [(ImageField, ImageTarget.Field)] = [
                (.newName, target.newName), (.newTag, target.tag), (.digest, target.digest),
            ]
            return set.allSatisfy { field, wanted in
                wanted.value == nil
                    || NodeRules.value(of: field.rawValue, in: item.node).map(NodeRules.isString) ?? false
            }
        }
    }
}

/// Reads the second parser's values.
private enum NodeRules {
    /// Same kind, same text, same way to be resolved.
    ///
    /// Written here since the library's own comparison
    /// resolves every scalar by regular expressions.
    static func same(_ left: Node, _ right: Node) -> Bool {
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            return left.string == right.string && isPlain(left) == isPlain(right) && left.tag == right.tag
        case (.sequence(let left), .sequence(let right)):
            return left.count == right.count && left.tag == right.tag && zip(left, right).allSatisfy(same)
        case (.mapping(let left), .mapping(let right)):
            return left.count == right.count && left.tag == right.tag
                && zip(left, right).allSatisfy { same($0.key, $1.key) && same($0.value, $1.value) }
        default: return false
        }
    }

    private static func isPlain(_ scalar: Node.Scalar) -> Bool { scalar.style == .plain }

    static func isString(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        return !isPlain(scalar) || Node(scalar.string).tag == Tag(.str)
    }

    /// An item of `images` and what it says.
    struct Item {
        var node: Node
        var entry: ImageEntry?
    }

    static func images(of mapping: Node.Mapping) -> [Item] {
        guard case .sequence(let items)? = value(of: "images", in: .mapping(mapping)) else { return [] }
        return items.map { Item(node: $0, entry: entry($0)) }
    }

    /// The library's own subscript resolves every key by regular expressions.
    static func value(of key: String, in node: Node) -> Node? {
        guard case .mapping(let mapping) = node else { return nil }
        for (candidate, value) in mapping {
            if case .scalar(let scalar) = candidate, scalar.string == key { return value }
        }
        return nil
    }

    private static func entry(_ node: Node) -> ImageEntry? {
        var entry = ImageEntry(name: "")
        read(node, into: &entry)
        return entry.name.isEmpty ? nil : entry
    }

    private static func read(_ node: Node, into entry: inout ImageEntry) {
        guard case .mapping(let mapping) = node else { return }
        if let merged = value(of: "<<", in: node) {
            if case .sequence(let several) = merged {
                for one in several.reversed() { read(one, into: &entry) }
            } else {
                read(merged, into: &entry)
            }
        }
        for (key, value) in mapping {
            guard let field = key.scalar.flatMap({ ImageField(rawValue: $0.string) }) else { continue }
            entry[field] = text(value)
        }
    }

    private static func text(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node else { return nil }
        return isPlain(scalar) && ScalarRules.nullWords.contains(scalar.string) ? nil : scalar.string
    }
}
