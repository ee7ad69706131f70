/// Plans the edits that set targets in a kustomization's `images`.
struct ImageListEdit {
    private let document: YAMLDocument
    private let source: SourceText
    private let list: ImageList
    /// One for each name, in byte order.
    private let targets: [ImageTarget]
    private var edits: [TextEdit] = []

    static func edits(_ document: YAMLDocument, _ list: ImageList, targets: [ImageTarget]) throws(EditFailure)
        -> [TextEdit]
    {
        guard !targets.isEmpty else { return [] }
        var edit = ImageListEdit(document, list, targets)
        try edit.plan()
        return edit.edits
    }

    private init(_ document: YAMLDocument, _ list: ImageList, _ targets: [ImageTarget]) {
        self.document = document
        self.list = list
        self.targets = targets
        source = document.source
    }

    private mutating func plan() throws(EditFailure) {
        switch list.place {
        case .absent: try append()
        case .null(let pair): try fill(pair)
        case .list(let pair):
            try change()
            guard !edits.isEmpty else { return }
            if let obstacle = pair.value.obstacle ?? pair.key.obstacle {
                throw .cannotEdit(line: pair.value.line, reason: "\(obstacle) stands for the whole list of images")
            }
        }
    }

    // MARK: The list exists

    private mutating func change() throws(EditFailure) {
        guard case .list(let pair) = list.place,
            case .sequence(_, let isFlow) = pair.value.resolved.content
        else { return }
        var byName: [String: ImageTarget] = [:]
        for target in targets { byName[target.name] = target }
        var seen: Set<String> = []
        var kept: [ImageSlot] = []
        for (index, slot) in list.slots.enumerated() {
            let name = slot.entry?.name
            if let name, !seen.insert(name).inserted {
                edits.append(TextEdit(try removal(of: index, isFlow: isFlow), ""))
                continue
            }
            kept.append(slot)
            if let target = name.flatMap({ byName[$0] }) {
                edits += try ImageEntryEdit.edits(slot, to: target, in: source)
            }
        }
        insert(targets.filter { !seen.contains($0.name) }, among: kept, isFlow: isFlow, pair: pair)
    }

    /// The range of a later entry with the same name, with the separator or line break before it.
    private func removal(of index: Int, isFlow: Bool) throws(EditFailure) -> Range<Int> {
        let node = list.slots[index].node
        guard node.anchor == nil, node.pairs?.contains(where: { $0.value.anchor != nil }) != true else {
            throw .cannotEdit(line: node.line, reason: "a second entry of one image has an anchor")
        }
        if isFlow {
            let gap = list.slots[index - 1].node.range.upperBound..<node.range.lowerBound
            guard !source.bytes[gap].contains(UInt8(ascii: "#")) else {
                throw .cannotEdit(line: node.line, reason: "a comment stands before a second entry of one image")
            }
            return gap.lowerBound..<node.range.upperBound
        }
        let start = source.lineStart(node.range.lowerBound)
        let isOnDashLine = source.bytes[start..<node.range.lowerBound].contains(UInt8(ascii: "-"))
        guard isOnDashLine, let lineBreak = source.breakBefore(lineStart: start) else {
            throw .cannotEdit(line: node.line, reason: "a second entry of one image is not on its dash's line")
        }
        return lineBreak..<source.lineEnd(node.range.upperBound)
    }

    /// Inserts entries: in name order where the list is sorted, otherwise at the end.
    private mutating func insert(_ new: [ImageTarget], among kept: [ImageSlot], isFlow: Bool, pair: YAMLNode.Pair) {
        let names = kept.map { $0.entry?.name ?? "" }
        let isSorted = zip(names, names.dropFirst()).allSatisfy { !precedesBytewise($1, $0) }
        for target in new {
            let place = isSorted ? names.firstIndex { precedesBytewise(target.name, $0) } ?? kept.count : kept.count
            let previous = place > 0 ? kept[place - 1].node : nil
            let entry = target.entry(replacing: nil)
            edits.append(
                isFlow
                    ? flowInsertion(
                        entry,
                        after: previous,
                        list: pair.value,
                        isFirst: target == new.first,
                        isEmpty: kept.isEmpty
                    )
                    : blockInsertion(entry, after: previous, pair: pair)
            )
        }
    }

    private func blockInsertion(_ entry: ImageEntry, after previous: YAMLNode?, pair: YAMLNode.Pair) -> TextEdit {
        let first = pair.value.range.lowerBound
        let indent = String(repeating: " ", count: first - source.lineStart(first))
        let place = source.lineEnd((previous?.range ?? pair.key.range).upperBound)
        return .insertion(source.lineBreak + blockText(entry, indent: indent), at: place)
    }

    private func flowInsertion(
        _ entry: ImageEntry,
        after previous: YAMLNode?,
        list: YAMLNode,
        isFirst: Bool,
        isEmpty: Bool
    ) -> TextEdit {
        if let previous { return .insertion(", " + flowText(entry), at: previous.range.upperBound) }
        let place = list.range.lowerBound + 1
        if isEmpty { return .insertion((isFirst ? "" : ", ") + flowText(entry), at: place) }
        return .insertion(flowText(entry) + ", ", at: place)
    }

    // MARK: No list yet

    private mutating func fill(_ pair: YAMLNode.Pair) throws(EditFailure) {
        if let obstacle = pair.value.obstacle ?? pair.key.obstacle {
            throw .cannotEdit(line: pair.value.line, reason: "\(obstacle) stands where the images would be written")
        }
        let colon = source.bytes[pair.key.range.upperBound..<pair.value.range.lowerBound]
        guard colon.contains(UInt8(ascii: ":")) else {
            throw .cannotEdit(line: pair.key.line, reason: "images is written without a colon")
        }
        guard pair.value.range.isEmpty, !isFlowRoot else {
            let space = source.bytes[pair.value.range.lowerBound - 1] == UInt8(ascii: ":") ? " " : ""
            edits.append(TextEdit(pair.value.range, space + flowList))
            return
        }
        let place = source.lineEnd(pair.key.range.upperBound)
        edits.append(.insertion(source.lineBreak + blockList(indent: rootIndent), at: place))
    }

    private mutating func append() throws(EditFailure) {
        guard document.root.obstacle == nil, let pairs = document.root.pairs else {
            throw .cannotEdit(
                line: document.root.line,
                reason: "\(document.root.obstacle ?? "this") stands for the document"
            )
        }
        if isFlowRoot {
            let place = pairs.last?.range.upperBound ?? document.root.range.lowerBound + 1
            edits.append(.insertion((pairs.isEmpty ? "" : ", ") + "images: " + flowList, at: place))
            return
        }
        let text = rootIndent + "images:" + source.lineBreak + blockList(indent: rootIndent)
        let place = document.endMarker ?? source.bytes.count
        let isAtLineStart = place == 0 || SourceText.isBreak(source.bytes[place - 1])
        edits.append(.insertion(isAtLineStart ? text + source.lineBreak : source.lineBreak + text, at: place))
    }

    private var isFlowRoot: Bool {
        if case .mapping(_, isFlow: true) = document.root.content { true } else { false }
    }

    private var rootIndent: String {
        let start = document.root.range.lowerBound
        return String(repeating: " ", count: start - source.lineStart(start))
    }

    // MARK: Text

    private func fields(_ entry: ImageEntry) -> [String] {
        ImageField.allCases.compactMap { field in
            entry[field].map { "\(field.rawValue): \(ScalarRules.written($0))" }
        }
    }

    private func blockText(_ entry: ImageEntry, indent: String) -> String {
        indent + "- " + fields(entry).joined(separator: source.lineBreak + indent + "  ")
    }

    private func flowText(_ entry: ImageEntry) -> String {
        "{" + fields(entry).joined(separator: ", ") + "}"
    }

    private func blockList(indent: String) -> String {
        targets.map { blockText($0.entry(replacing: nil), indent: indent) }.joined(separator: source.lineBreak)
    }

    private var flowList: String {
        "[" + targets.map { flowText($0.entry(replacing: nil)) }.joined(separator: ", ") + "]"
    }
}
