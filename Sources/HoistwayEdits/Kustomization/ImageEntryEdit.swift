/// Plans the edits that turn one image entry into another; its other lines do not change.
struct ImageEntryEdit {
    private let source: SourceText
    private let slot: ImageSlot
    private let desired: ImageEntry
    private let pairs: [YAMLNode.Pair]
    private let isFlow: Bool
    private var edits: [TextEdit] = []

    /// Gives no edits where the entry already equals the target.
    static func edits(_ slot: ImageSlot, to target: ImageTarget, in source: SourceText) throws(EditFailure)
        -> [TextEdit]
    {
        let desired = target.entry(replacing: slot.entry)
        let fields = ImageField.allCases.filter { differs($0, slot: slot, desired: desired, target: target) }
        guard !fields.isEmpty else { return [] }
        var edit = try ImageEntryEdit(slot, desired: desired, source: source)
        try edit.plan(fields)
        return edit.edits
    }

    /// Some readers take a plain `1.10` for a number, so the same text is written again with quotes.
    private static func differs(
        _ field: ImageField,
        slot: ImageSlot,
        desired: ImageEntry,
        target: ImageTarget
    ) -> Bool {
        guard slot.entry?[field] == desired[field] else { return true }
        let isSet =
            switch field {
            case .newName: target.newName.value != nil
            case .newTag: target.tag.value != nil
            case .digest: target.digest.value != nil
            case .name, .tagSuffix: false
            }
        guard isSet, case .scalar(let text, .plain)? = slot.pair(field)?.value.content else { return false }
        return ScalarRules.isAmbiguous(text)
    }

    private init(_ slot: ImageSlot, desired: ImageEntry, source: SourceText) throws(EditFailure) {
        self.source = source
        self.slot = slot
        self.desired = desired
        guard case .mapping(let pairs, let isFlow) = slot.node.content, slot.node.obstacle == nil else {
            throw .cannotEdit(
                line: slot.node.line,
                reason: "\(slot.node.obstacle ?? "this") stands for the whole image entry"
            )
        }
        self.pairs = pairs
        self.isFlow = isFlow
        for pair in pairs {
            guard let key = pair.key.scalar, ImageField(rawValue: key) != nil, pair.key.obstacle == nil else {
                let key = excerpt(pair.key.scalar ?? "…")
                throw .cannotEdit(line: pair.key.line, reason: "the image entry to be changed has the key \(key)")
            }
        }
        guard !isFlow || source.bytes[slot.node.range.lowerBound] == UInt8(ascii: "{") else {
            throw .cannotEdit(line: slot.node.line, reason: "the image entry is written without braces")
        }
    }

    private mutating func plan(_ fields: [ImageField]) throws(EditFailure) {
        var removed: Set<ImageField> = []
        for field in fields {
            switch (slot.pair(field), desired[field]) {
            case (let pair?, let text?): try replace(pair, with: text)
            case (_?, nil): removed.insert(field)
            case (nil, _): continue
            }
        }
        try remove(removed)
        for field in fields where slot.pair(field) == nil {
            if let text = desired[field] { try add(field, text, removed: removed) }
        }
    }

    // MARK: Values

    private mutating func replace(_ pair: YAMLNode.Pair, with text: String) throws(EditFailure) {
        try requireEditable(pair)
        guard case .scalar(let old, let style) = pair.value.content else {
            throw .cannotEdit(line: pair.value.line, reason: "the value is not a text")
        }
        let range = pair.value.range
        let isWritten = !range.isEmpty || !old.isEmpty
        let gap = pair.key.range.upperBound..<range.lowerBound
        guard source.bytes[gap].contains(UInt8(ascii: ":")) else {
            throw .cannotEdit(line: pair.key.line, reason: "the key has no value")
        }
        let needsSpace = !isWritten && source.bytes[range.lowerBound - 1] == UInt8(ascii: ":")
        edits.append(TextEdit(range, (needsSpace ? " " : "") + ScalarRules.written(text, like: style)))
    }

    private func requireEditable(_ pair: YAMLNode.Pair) throws(EditFailure) {
        if let obstacle = pair.value.obstacle ?? pair.key.obstacle {
            throw .cannotEdit(line: pair.value.line, reason: "\(obstacle) stands where the image would be changed")
        }
        guard !isFlow else { return }
        let before = source.bytes[source.lineStart(pair.key.range.lowerBound)..<pair.key.range.lowerBound]
        guard !before.contains(UInt8(ascii: "?")) else {
            throw .cannotEdit(line: pair.key.line, reason: "the key is written with a question mark")
        }
    }

    // MARK: Keys to remove

    private mutating func remove(_ fields: Set<ImageField>) throws(EditFailure) {
        let goes = pairs.map { pair in pair.key.scalar.flatMap(ImageField.init(rawValue:)).map(fields.contains) ?? false
        }
        for (index, pair) in pairs.enumerated() where goes[index] { try requireEditable(pair) }
        guard goes.contains(true), let firstKept = goes.firstIndex(of: false) else { return }
        if firstKept > 0 { edits.append(TextEdit(leadingRange(upTo: firstKept), "")) }
        for index in pairs.indices where index > firstKept && goes[index] {
            edits.append(TextEdit(isFlow ? try flowRange(of: index) : blockRange(of: pairs[index]), ""))
        }
    }

    /// From the first key to the first that stays; comments on their own lines before the latter stay too.
    private func leadingRange(upTo kept: Int) -> Range<Int> {
        let start = pairs[0].key.range.lowerBound
        let end = pairs[kept].key.range.lowerBound
        guard !isFlow else { return start..<end }
        let gapStart = source.lineEnd(pairs[kept - 1].range.upperBound)
        let comment = source.bytes[gapStart..<max(gapStart, end)].firstIndex(of: UInt8(ascii: "#"))
        return start..<(comment ?? end)
    }

    /// The pair's lines with the line break before them: its own comment is removed, others stay.
    private func blockRange(of pair: YAMLNode.Pair) -> Range<Int> {
        let start = source.lineStart(pair.key.range.lowerBound)
        return (source.breakBefore(lineStart: start) ?? start)..<source.lineEnd(pair.range.upperBound)
    }

    private func flowRange(of index: Int) throws(EditFailure) -> Range<Int> {
        let gap = pairs[index - 1].range.upperBound..<pairs[index].key.range.lowerBound
        guard !source.bytes[gap].contains(UInt8(ascii: "#")) else {
            throw .cannotEdit(line: pairs[index].key.line, reason: "a comment stands between the keys to be changed")
        }
        return gap.lowerBound..<pairs[index].range.upperBound
    }

    // MARK: Keys to add

    private mutating func add(_ field: ImageField, _ text: String, removed: Set<ImageField>) throws(EditFailure) {
        guard let pair = anchorPair(for: field, removed: removed) else {
            throw .cannotEdit(line: slot.node.line, reason: "the image entry has no key of its own to write beside")
        }
        try requireEditable(pair)
        let written = "\(field.rawValue): \(ScalarRules.written(text))"
        if isFlow {
            edits.append(.insertion(", " + written, at: pair.range.upperBound))
        } else {
            let key = pairs[0].key.range.lowerBound
            let indent = String(repeating: " ", count: key - source.lineStart(key))
            edits.append(.insertion(source.lineBreak + indent + written, at: source.lineEnd(pair.range.upperBound)))
        }
    }

    /// The last of the kept keys that comes before this one in kustomize's order.
    private func anchorPair(for field: ImageField, removed: Set<ImageField>) -> YAMLNode.Pair? {
        let before = ImageField.allCases.prefix { $0 != field }.filter { !removed.contains($0) }
        return before.reversed().lazy.compactMap { slot.pair($0) }.first
    }
}
