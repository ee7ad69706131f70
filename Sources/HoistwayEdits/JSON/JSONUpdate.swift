/// Sets scalars of a JSON file, and changes nothing else: `json-update`.
///
/// The rules of Kargo's `json-update` (<https://github.com/tidwall/sjson>):
///
/// - A missing value is created with its parents: objects for names, lists for numbers.
/// - A number past the end of a list fills the gap with nulls; `-1` adds an item at the end.
/// - Where a collection is needed, it replaces a value that is not one.
///
/// Other bytes do not change, and a new member is written like the one before it. The edited file is read again: if its
/// values are not exactly the intended ones, nothing is done.
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
            throw .cannotProve("the edited file could not be read", at: error.place)
        }
        guard plan.tree.isSame(plan.tree.root, as: after.root, of: after) else {
            throw .cannotProve("another value would change", at: nil)
        }
        return UpdateEdit(bytes: bytes, changes: changes)
    }
}

extension KeyPath {
    /// Reads a key of `json-update`.
    ///
    /// A backslash makes any next character literal. A colon at the start of a part marks the part as a name, not a
    /// number; any other colon is literal.
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
