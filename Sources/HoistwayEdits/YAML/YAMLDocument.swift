/// The only document of a file, with positions.
struct YAMLDocument: Sendable {
    var source: SourceText
    var root: YAMLNode
    /// The start of the line with an explicit end marker (`...`); `nil` where there is none.
    var endMarker: Int?

    init(_ source: SourceText) throws(EditFailure) {
        self.source = source
        var composer = YAMLComposer(source)
        (root, endMarker) = try composer.document()
    }
}

/// Builds values out of events, within the limits.
private struct YAMLComposer: ~Copyable {
    private let source: SourceText
    private var events: YAMLEventReader
    private var anchors: [String: YAMLNode] = [:]

    init(_ source: SourceText) {
        self.source = source
        events = YAMLEventReader(source.bytes[source.contentStart...])
    }

    mutating func document() throws(EditFailure) -> (root: YAMLNode, endMarker: Int?) {
        _ = try events.next()
        guard case .documentStart = try events.next().kind else { throw .empty }
        let root = try node(events.next(), depth: 0)
        let end = try events.next()
        var endMarker: Int?
        if case .documentEnd(isImplicit: false) = end.kind {
            endMarker = source.lineStart(source.offset(codePoint: end.start))
        }
        let after = try events.next()
        guard case .streamEnd = after.kind else { throw .severalDocuments(line: after.line) }
        return (root, endMarker)
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(EditFailure) -> YAMLNode {
        guard depth < YAMLLimits.depth else { throw .tooDeep(line: event.line, limit: YAMLLimits.depth) }
        var result = YAMLNode(
            content: .scalar("", .plain),
            range: source.offset(codePoint: event.start)..<source.offset(codePoint: event.end),
            line: event.line,
            anchor: event.anchor,
            tag: event.tag,
            weight: 1
        )
        switch event.kind {
        case .scalar(let text, let style): scalar(&result, text, style)
        case .alias(let name): try alias(&result, name)
        case .sequenceStart(let isFlow): try sequence(&result, isFlow: isFlow, depth: depth)
        case .mappingStart(let isFlow): try mapping(&result, isFlow: isFlow, depth: depth)
        default: preconditionFailure("libyaml gave an event where a value begins")
        }
        if let anchor = event.anchor { anchors[anchor] = result }
        return result
    }

    private func scalar(_ node: inout YAMLNode, _ text: String, _ style: YAMLNode.ScalarStyle) {
        node.content = .scalar(text, style)
        guard style == .block else { return }
        // For libyaml, a block scalar ends after the blank lines that follow it.
        var end = node.range.upperBound
        while end > node.range.lowerBound, source.isBlank(end - 1..<end) { end -= 1 }
        node.range = node.range.lowerBound..<end
    }

    private mutating func alias(_ node: inout YAMLNode, _ name: String) throws(EditFailure) {
        guard let target = anchors[name] else { throw .unknownAlias(excerpt(name), line: node.line) }
        node.content = .alias(name, of: target)
        try count(target.weight, in: &node)
    }

    private mutating func sequence(_ node: inout YAMLNode, isFlow: Bool, depth: Int) throws(EditFailure) {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind {
                close(&node, isFlow: isFlow, at: event, lastChild: items.last?.range)
                break
            }
            let item = try self.node(event, depth: depth + 1)
            try count(item.weight, in: &node)
            items.append(item)
        }
        node.content = .sequence(items, isFlow: isFlow)
    }

    private mutating func mapping(_ node: inout YAMLNode, isFlow: Bool, depth: Int) throws(EditFailure) {
        var pairs: [YAMLNode.Pair] = []
        var keys: Set<String> = []
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind {
                close(&node, isFlow: isFlow, at: event, lastChild: pairs.last?.range)
                break
            }
            let key = try self.node(event, depth: depth + 1)
            if let text = key.scalar, !keys.insert(text).inserted {
                throw .duplicateKey(excerpt(text), line: key.line)
            }
            let value = try self.node(events.next(), depth: depth + 1)
            try count(key.weight + value.weight, in: &node)
            pairs.append(YAMLNode.Pair(key: key, value: value))
        }
        node.content = .mapping(pairs, isFlow: isFlow)
    }

    private func close(_ node: inout YAMLNode, isFlow: Bool, at event: YAMLEvent, lastChild: Range<Int>?) {
        let end = isFlow ? source.offset(codePoint: event.end) : lastChild?.upperBound
        node.range = node.range.lowerBound..<max(end ?? node.range.upperBound, node.range.lowerBound)
    }

    private func count(_ weight: Int, in node: inout YAMLNode) throws(EditFailure) {
        node.weight += weight
        guard node.weight <= YAMLLimits.nodes else { throw .tooManyNodes(line: node.line, limit: YAMLLimits.nodes) }
    }
}
