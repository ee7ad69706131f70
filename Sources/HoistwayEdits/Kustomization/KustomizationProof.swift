/// Proves that an edited kustomization differs from the original only by the intended image entries.
///
/// A separate reader reads both whole documents again; the proof relies on nothing that planned the edit.
struct KustomizationProof {
    var document: YAMLDocument
    var list: ImageList
    var edits: TextEdits
    var targets: [ImageTarget]

    /// Returns the entries of the edited document.
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

    /// Edits must be on the lines of `images`, or at the document's end where there is no such key.
    private func isWhereImagesAre(_ edit: TextEdit) -> Bool {
        let source = document.source
        switch list.place {
        case .absent: return edit.range.isEmpty
        case .null(let pair), .list(let pair):
            return edit.range.lowerBound >= pair.key.range.upperBound
                && edit.range.upperBound <= source.lineEnd(pair.range.upperBound)
        }
    }

    private func mapping(_ bytes: [UInt8]) throws(EditFailure) -> [YAMLContent.Pair] {
        do throws(YAMLContent.Failure) {
            let root = try YAMLContent.read(bytes[document.source.contentStart...])
            if case .mapping(let pairs, _) = root { return pairs }
        } catch {
            throw refusal("the second reader does not read it")
        }
        throw refusal("the second reader finds no mapping")
    }

    private func requireSameOutsideImages(
        _ old: [YAMLContent.Pair],
        _ new: [YAMLContent.Pair]
    ) throws(EditFailure) {
        let oldPairs = old.filter { $0.key.scalar?.text != "images" }
        let newPairs = new.filter { $0.key.scalar?.text != "images" }
        guard oldPairs.count == newPairs.count else { throw refusal("a key other than images was added or removed") }
        for (oldPair, newPair) in zip(oldPairs, newPairs) {
            guard YAMLContent.same(oldPair.key, newPair.key), YAMLContent.same(oldPair.value, newPair.value) else {
                throw refusal("\(excerpt(oldPair.key.scalar?.text ?? "another key")) changed too")
            }
        }
    }

    private func requireIntendedEntries(
        _ old: [YAMLContent.Pair],
        _ new: [YAMLContent.Pair]
    ) throws(EditFailure) -> [ImageEntry] {
        let oldItems = EntryRules.images(of: old)
        let newItems = EntryRules.images(of: new)
        let expected = ImageMerge.result(of: targets, on: oldItems.compactMap(\.entry))
        let entries = newItems.compactMap(\.entry)
        guard entries.count == expected.count, entries.allSatisfy({ expected[$0.name] == $0 }) else {
            throw refusal("the image entries are not the intended ones")
        }
        let changed = Set(targets.map(\.name))
        let oldKept = firsts(oldItems).filter { $0.entry.map { !changed.contains($0.name) } ?? true }
        let newKept = newItems.filter { $0.entry.map { !changed.contains($0.name) } ?? true }
        guard oldKept.count == newKept.count,
            zip(oldKept, newKept).allSatisfy({ YAMLContent.same($0.content, $1.content) })
        else { throw refusal("an image entry that was not asked for changed") }
        guard setValuesAreStrings(newItems) else { throw refusal("a value would be read as something else than text") }
        return entries
    }

    private func firsts(_ items: [EntryRules.Item]) -> [EntryRules.Item] {
        var seen: Set<String> = []
        return items.filter { item in item.entry.map { seen.insert($0.name).inserted } ?? true }
    }

    /// A value that a target sets must also be a string by the parser's own rules.
    private func setValuesAreStrings(_ items: [EntryRules.Item]) -> Bool {
        let byName = Dictionary(targets.map { ($0.name, $0) }) { _, last in last }
        return items.allSatisfy { item in
            guard let target = item.entry.flatMap({ byName[$0.name] }) else { return true }
            let set: [(ImageField, ImageTarget.Field)] = [
                (.newName, target.newName), (.newTag, target.tag), (.digest, target.digest),
            ]
            return set.allSatisfy { field, wanted in
                wanted.value == nil
                    || item.content[field.rawValue].map(EntryRules.isString) ?? false
            }
        }
    }
}

/// Reads the entries of `images`.
private enum EntryRules {
    /// Whether every YAML reader, of any version, takes the value for a string.
    static func isString(_ content: YAMLContent) -> Bool {
        guard let scalar = content.scalar else { return false }
        return !scalar.isPlain || PlainScalar(scalar.text) == .string && !ScalarRules.isAmbiguous(scalar.text)
    }

    /// An item of `images` and its fields.
    struct Item {
        var content: YAMLContent
        var entry: ImageEntry?
    }

    static func images(of pairs: [YAMLContent.Pair]) -> [Item] {
        guard case .sequence(let items, _)? = pairs.first(where: { $0.key.scalar?.text == "images" })?.value else {
            return []
        }
        return items.map { Item(content: $0, entry: entry($0)) }
    }

    private static func entry(_ content: YAMLContent) -> ImageEntry? {
        var entry = ImageEntry(name: "")
        read(content, into: &entry)
        return entry.name.isEmpty ? nil : entry
    }

    private static func read(_ content: YAMLContent, into entry: inout ImageEntry) {
        guard case .mapping(let pairs, _) = content else { return }
        if let merged = content["<<"] {
            if case .sequence(let several, _) = merged {
                for one in several.reversed() { read(one, into: &entry) }
            } else {
                read(merged, into: &entry)
            }
        }
        for pair in pairs {
            guard let field = pair.key.scalar.flatMap({ ImageField(rawValue: $0.text) }) else { continue }
            entry[field] = text(pair.value)
        }
    }

    private static func text(_ content: YAMLContent) -> String? {
        guard let scalar = content.scalar else { return nil }
        return scalar.isPlain && ScalarRules.nullWords.contains(scalar.text) ? nil : scalar.text
    }
}
