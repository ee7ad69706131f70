/// Sets existing scalars of a TOML file, and changes nothing else: `toml-update`.
///
/// Only the bytes of the scalars are replaced. The edited file is read again: if its values are not exactly the
/// intended ones, nothing is done.
package enum TOMLUpdate {
    package static func apply(_ updates: [ScalarUpdate], to document: [UInt8]) throws(UpdateFailure) -> UpdateEdit {
        guard updates.count <= YAMLUpdate.maxUpdates else {
            throw .tooManyUpdates(count: updates.count, limit: YAMLUpdate.maxUpdates)
        }
        let paths = try UpdateKeys.paths(of: updates)
        let source = try UpdateKeys.source(document)
        let before = try TOMLTree(source)
        /// By the scalar's node; of several updates, the last.
        var named: [Int: ScalarUpdate] = [:]
        for (update, path) in zip(updates, paths) {
            let node = try before.node(at: path, key: update.key)
            let content = before.nodes[node].content
            guard !content.isCollection else {
                let place = before.nodes[node].place ?? TextPlace(line: 1, column: 1)
                throw .notScalar(key: update.key, kind: content.kind, at: place)
            }
            named[node] = update
        }
        let lines = TOMLLines(source)
        var edits: [TextEdit] = []
        var changes: [(offset: Int, change: ScalarChange)] = []
        var wanted: [Int: ScalarValue] = [:]
        for (index, update) in named {
            let node = before.nodes[index]
            guard let place = node.place, let offset = lines.offset(of: place),
                let range = TOMLToken.range(of: node.content, at: offset, in: document)
            else { throw .cannotProve("where the value of \(update.key) ends is not clear", at: node.place) }
            let isSame = node.content.isSame(as: update.value)
            if !isSame {
                edits.append(TextEdit(range, TOMLToken.text(of: update.value, in: node.content)))
                wanted[index] = update.value
            }
            let change = ScalarChange(
                key: update.key,
                old: node.content.text,
                new: update.value.text,
                place: place,
                changed: !isSame
            )
            changes.append((offset, change))
        }
        let ordered = changes.sorted { $0.offset < $1.offset }.map(\.change)
        guard !edits.isEmpty else { return UpdateEdit(bytes: document, changes: ordered) }
        let plan = TextEdits(edits)
        guard let bytes = plan.applied(to: document) else {
            throw .cannotProve("two changes touch the same bytes", at: ordered.first?.place)
        }
        try prove(bytes, of: before, wanted)
        return UpdateEdit(bytes: bytes, changes: ordered)
    }

    /// Checks that the edited file differs from the original in exactly the wanted values.
    private static func prove(
        _ bytes: [UInt8],
        of before: TOMLTree,
        _ wanted: [Int: ScalarValue]
    ) throws(UpdateFailure) {
        let after: TOMLTree
        do throws(UpdateFailure) {
            after = try TOMLTree(UpdateKeys.source(bytes))
        } catch {
            throw .cannotProve("the edited file could not be read", at: error.place)
        }
        guard before.nodes.count == after.nodes.count else { throw .cannotProve("another value would change", at: nil) }
        for (index, (old, new)) in zip(before.nodes, after.nodes).enumerated() {
            let isSame = wanted[index].map(new.content.isSame) ?? (old.content == new.content || old.isNaN && new.isNaN)
            guard isSame, old.parent == new.parent, old.key.utf8.elementsEqual(new.key.utf8) else {
                throw .cannotProve("another value would change", at: old.place)
            }
        }
    }

    /// By key; a file that cannot be read has no scalars.
    static func scalars(of keys: Set<String>, in document: [UInt8]) -> [String: ScalarLookup.Found] {
        // The step that sets values of the file reports errors in it.
        guard let source = try? UpdateKeys.source(document), let tree = try? TOMLTree(source) else { return [:] }
        var found: [String: ScalarLookup.Found] = [:]
        for key in keys {
            guard let path = try? KeyPath(key), let node = try? tree.node(at: path, key: key) else { continue }
            let content = tree.nodes[node].content
            guard !content.isCollection else { continue }
            let isText = if case .string = content { true } else { false }
            found[key] = ScalarLookup.Found(text: content.text, isPlain: !isText)
        }
        return found
    }
}

extension TOMLTree.Node {
    /// NaN does not equal itself, but counts as the same value.
    fileprivate var isNaN: Bool { if case .float(let number) = content { number.isNaN } else { false } }
}

/// Turns toml++'s lines and columns into offsets.
private struct TOMLLines {
    private let source: SourceText
    /// Offsets of the first byte of each line.
    private let starts: [Int]

    init(_ source: SourceText) {
        self.source = source
        let rest = source.contentStart..<source.bytes.count
        starts = [source.contentStart] + rest.filter { source.bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    func offset(of place: TextPlace) -> Int? {
        guard starts.indices.contains(place.line - 1) else { return nil }
        var offset = starts[place.line - 1]
        for _ in 1..<max(1, place.column) {
            guard offset < source.bytes.count else { return nil }
            offset += 1
            while offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        return offset
    }
}
