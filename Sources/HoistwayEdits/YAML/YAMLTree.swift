import HoistwayModel

/// A YAML value as it was written: aliases are followed, and a mapping may contain a key twice.
///
/// It is for readers that report all errors in a text; edits use ``YAMLDocument``, which refuses such a text.
package struct YAMLTree: Sendable {
    package struct Pair: Sendable {
        package var key: YAMLTree
        package var value: YAMLTree
    }

    package indirect enum Content: Sendable {
        /// `isPlain`: no quotes, no block, no tag for text.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLTree])
        case mapping([Pair])
    }

    /// The place where an expression opens in a document's text, with `${{` or `${%`.
    package struct Opening: Sendable, Equatable {
        /// The line of the opening, counted from 1.
        package var line: Int
        /// Counted from 1, in code points.
        package var column: Int
        /// Whether the line contains the expression literally, so that a place in the expression is a place in the
        /// line.
        package var isVerbatim: Bool
    }

    /// The place of a scalar's text where the document contains it literally, line by line.
    package struct Body: Sendable, Equatable {
        /// The number of its first line, counted from 1.
        package var line: Int
        /// The column where each of its lines begins, counted from 1, in code points.
        package var column: Int
    }

    /// Why a text is not YAML; contains nothing from the text.
    package struct Failure: Error, Equatable {
        /// Counted from 1.
        package var line: Int
        package var problem: String
    }

    package var content: Content
    /// Counted from 1.
    package var line: Int
    /// Counted from 1, in code points.
    var column = 1
    /// The places where expressions begin in a scalar, in their order.
    package var openings: [Opening] = []
    /// Only for a scalar; `nil` where it is not literal: with escapes, or with its lines joined.
    package var body: Body?
    /// The text of a mapping that is written `{{ … }}`: a placeholder of a template language.
    package var braced: String?
    /// The style of a scalar and its place, in code points.
    ///
    /// `nil` for other values, and where an anchor, a tag or an alias is at the same place.
    var writing: (style: YAMLNode.ScalarStyle, range: Range<Int>)?

    /// The documents of a text.
    ///
    /// Recursive: the caller bounds depth and size first (``YAMLWeight``).
    package static func documents(of text: String) throws(Failure) -> [YAMLTree] {
        var composer = YAMLTreeComposer(text)
        return try composer.documents()
    }

    /// The first document of a text, `nil` where the text has no document; later documents are not read.
    static func first(of text: String) throws(Failure) -> YAMLTree? {
        var composer = YAMLTreeComposer(text)
        return try composer.first()
    }

    var place: TextPlace { TextPlace(line: line, column: column) }
}

private struct YAMLTreeComposer: ~Copyable {
    private let text: String
    private var events: YAMLEventReader
    private var anchors: [String: YAMLTree] = [:]
    /// The characters of the text, made when they are needed: positions of events count them.
    private var scalars: [Unicode.Scalar]?

    init(_ text: String) {
        self.text = text
        events = YAMLEventReader(Array(text.utf8))
    }

    mutating func documents() throws(YAMLTree.Failure) -> [YAMLTree] {
        var documents: [YAMLTree] = []
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                documents.append(try node(next()))
            default: continue
            }
        }
    }

    mutating func first() throws(YAMLTree.Failure) -> YAMLTree? {
        while true {
            switch try next().kind {
            case .streamEnd: return nil
            case .documentStart: return try node(next())
            default: continue
            }
        }
    }

    private mutating func next() throws(YAMLTree.Failure) -> YAMLEvent {
        do throws(EditFailure) {
            return try events.next()
        } catch {
            guard case .syntax(let line, let problem) = error else {
                throw YAMLTree.Failure(line: 0, problem: "the parser gave up")
            }
            throw YAMLTree.Failure(line: line, problem: problem)
        }
    }

    private mutating func node(_ event: YAMLEvent) throws(YAMLTree.Failure) -> YAMLTree {
        var tree = YAMLTree(content: .sequence([]), line: event.line, column: event.column)
        switch event.kind {
        case .scalar(let text, let style):
            let isText = event.tag == "tag:yaml.org,2002:str" || event.tag == "!"
            tree.content = .scalar(text, isPlain: style == .plain && !isText)
            if event.anchor == nil, event.tag == nil { tree.writing = (style, event.start..<event.end) }
            if text.opensExpression { tree.openings = openings(of: event, style) }
            tree.body = body(of: text, event, style)
        case .alias(let name):
            guard let target = anchors[name] else {
                throw YAMLTree.Failure(line: event.line, problem: "an alias that leads nowhere")
            }
            var copy = target
            copy.writing = nil
            return copy
        case .sequenceStart: tree.content = .sequence(try items())
        case .mappingStart(let isFlow):
            let (pairs, end) = try pairs()
            tree.content = .mapping(pairs)
            if isFlow { tree.braced = braced(event.start..<end) }
        default: throw YAMLTree.Failure(line: event.line, problem: "a value is missing")
        }
        if let anchor = event.anchor { anchors[anchor] = tree }
        return tree
    }

    private mutating func items() throws(YAMLTree.Failure) -> [YAMLTree] {
        var items: [YAMLTree] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event))
        }
    }

    private mutating func pairs() throws(YAMLTree.Failure) -> (pairs: [YAMLTree.Pair], end: Int) {
        var pairs: [YAMLTree.Pair] = []
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return (pairs, event.end) }
            let key = try node(event)
            pairs.append(YAMLTree.Pair(key: key, value: try node(next())))
        }
    }

    private mutating func body(of text: String, _ event: YAMLEvent, _ style: YAMLNode.ScalarStyle) -> YAMLTree.Body? {
        let length = event.end - event.start
        switch style {
        case .plain:
            return length == text.unicodeScalars.count ? .init(line: event.line, column: event.column) : nil
        case .singleQuoted, .doubleQuoted:
            return length == text.unicodeScalars.count + 2 ? .init(line: event.line, column: event.column + 1) : nil
        case .block:
            let all = scalars ?? Array(self.text.unicodeScalars)
            scalars = all
            let written = all[min(event.start, all.count)..<min(event.end, all.count)]
            let lines = written.split(separator: "\n", omittingEmptySubsequences: false)
            // A block with an explicit indentation may begin with spaces of its own.
            guard let head = lines.first, head.first == "|", !head.contains(where: { ("1"..."9").contains($0) }) else {
                return nil
            }
            let first = lines.dropFirst().first { $0.contains { $0 != " " } }
            return first.map { .init(line: event.line + 1, column: $0.prefix { $0 == " " }.count + 1) }
        }
    }

    /// Finds expressions by the rule of templates: the first closing mark ends an expression.
    private mutating func openings(of event: YAMLEvent, _ style: YAMLNode.ScalarStyle) -> [YAMLTree.Opening] {
        let all = scalars ?? Array(text.unicodeScalars)
        scalars = all
        var openings: [YAMLTree.Opening] = []
        var (line, column) = (event.line, event.column)
        /// The character that closes the open expression.
        var closing: Unicode.Scalar?
        var index = event.start
        let end = min(event.end, all.count)
        while index < end {
            let scalar = all[index]
            if let mark = closing {
                if scalar == mark, index + 1 < end, all[index + 1] == "}" {
                    closing = nil
                    column += 1
                    index += 1
                } else if scalar == "\n" || Self.isEscape(all, index, style) {
                    openings[openings.count - 1].isVerbatim = false
                }
            } else if scalar == "$", index + 2 < end, all[index + 1] == "{",
                "{%".unicodeScalars.contains(all[index + 2])
            {
                openings.append(YAMLTree.Opening(line: line, column: column, isVerbatim: true))
                closing = all[index + 2] == "{" ? "}" : "%"
                column += 2
                index += 2
            }
            column += 1
            if all[index] == "\n" { (line, column) = (line + 1, 1) }
            index += 1
        }
        return openings
    }

    /// Whether the character is an escape inside quotes.
    private static func isEscape(_ all: [Unicode.Scalar], _ index: Int, _ style: YAMLNode.ScalarStyle) -> Bool {
        switch style {
        case .doubleQuoted: all[index] == "\\"
        case .singleQuoted: all[index] == "'"
        default: false
        }
    }

    private mutating func braced(_ range: Range<Int>) -> String? {
        let all = scalars ?? Array(text.unicodeScalars)
        scalars = all
        guard range.count >= 4, range.upperBound <= all.count else { return nil }
        let written = all[range]
        guard written.prefix(2).elementsEqual("{{".unicodeScalars), written.suffix(2).elementsEqual("}}".unicodeScalars)
        else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: written)
        return String(text)
    }
}
