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
