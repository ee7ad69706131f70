import Clibyaml
import HoistwayModel

/// One parser event of a document, with positions in code points.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd(isImplicit: Bool)
        case alias(String)
        case scalar(String, YAMLNode.ScalarStyle)
        case sequenceStart(isFlow: Bool), sequenceEnd
        case mappingStart(isFlow: Bool), mappingEnd
    }

    var kind: Kind
    var anchor: String?
    var tag: String?
    /// In code points from the start of the document.
    var start: Int
    var end: Int
    /// Counted from 1.
    var line: Int
    /// Counted from 1, in code points.
    var column: Int

    var place: TextPlace { TextPlace(line: line, column: column) }
}

/// Reads events from UTF-8 bytes; owns one `yaml_parser_t`.
///
/// The parser has a pointer to itself and one to the bytes, so both have a fixed place on the heap.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// libyaml compares each `%TAG` with all earlier ones, which takes quadratic time: with too many, reading fails.
    let hasTooManyDirectives: Bool

    /// The most occurrences of `%TAG` in a document, in directives or in texts.
    private static let maxDirectives = 1000

    init(_ bytes: some Collection<UInt8>) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        hasTooManyDirectives = Self.countsDirectives(UnsafeBufferPointer(rebasing: input.prefix(bytes.count)))
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("libyaml found no memory") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    private static func countsDirectives(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var count = 0
        var rest = bytes[...]
        while count <= maxDirectives, let next = rest.firstIndex(of: UInt8(ascii: "%")) {
            rest = bytes[(next + 1)...]
            if rest.starts(with: "TAG".utf8) { count += 1 }
        }
        return count > maxDirectives
    }

    mutating func next() throws(EditFailure) -> YAMLEvent {
        guard !hasTooManyDirectives else {
            throw .syntax(line: 1, problem: "it has more than \(Self.maxDirectives) %TAG directives")
        }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let (kind, anchor, tag) = Self.read(&event)
        return YAMLEvent(
            kind: kind,
            anchor: anchor,
            tag: tag,
            start: Int(event.start_mark.index),
            end: Int(event.end_mark.index),
            line: Int(event.start_mark.line) + 1,
            column: Int(event.start_mark.column) + 1
        )
    }

    /// The place of the syntax error; valid only after an error.
    var problemPlace: TextPlace {
        let mark = parser.pointee.problem_mark
        let lines = lineCount
        guard Int(mark.line) >= lines else { return TextPlace(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
        let last = input.dropLast().reversed().prefix { $0 != UInt8(ascii: "\n") }
        return TextPlace(line: lines, column: last.count { $0 & 0xc0 != 0x80 } + 1)
    }

    /// If something is missing at the end, libyaml reports it on the line after the last.
    private var lineCount: Int { 1 + input.dropLast().count { $0 == UInt8(ascii: "\n") } }

    /// This is libyaml's own message; it contains nothing from the document.
    private func failure() -> EditFailure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it could not be read"
        return .syntax(
            line: min(Int(parser.pointee.problem_mark.line) + 1, lineCount),
            problem: PlainError.yamlProblem(problem)
        )
    }

    private static func read(_ event: inout yaml_event_t) -> (YAMLEvent.Kind, anchor: String?, tag: String?) {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return (.documentStart, nil, nil)
        case YAML_DOCUMENT_END_EVENT:
            return (.documentEnd(isImplicit: event.data.document_end.implicit != 0), nil, nil)
        case YAML_ALIAS_EVENT: return (.alias(string(event.data.alias.anchor) ?? ""), nil, nil)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return (.scalar(text, style(scalar.style)), string(scalar.anchor), string(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return (
                .sequenceStart(isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE), string(start.anchor), string(start.tag)
            )
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return (
                .mappingStart(isFlow: start.style == YAML_FLOW_MAPPING_STYLE), string(start.anchor), string(start.tag)
            )
        case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, nil, nil)
        case YAML_MAPPING_END_EVENT: return (.mappingEnd, nil, nil)
        case YAML_STREAM_START_EVENT: return (.streamStart, nil, nil)
        default: return (.streamEnd, nil, nil)
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.ScalarStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }
}
