import Clibyaml
import HoistwayModel

/// The events of a YAML stream that arrives in pieces; owns one `yaml_parser_t`.
struct IndexEvents: ~Copyable {
    enum Event: Equatable {
        case scalar(String)
        case alias
        case mappingStart, sequenceStart
        /// The end of a mapping or a sequence.
        case end
        case streamEnd
        /// The start or end of a stream or a document.
        case other
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: IndexSource
    /// How many collections are open.
    private(set) var depth = 0

    init(next: @escaping () -> [UInt8]?) {
        parser = .allocate(capacity: 1)
        source = IndexSource(next: next)
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("libyaml found no memory") }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // The source lives as long as the parser: this value owns both.
        yaml_parser_set_input(
            parser,
            { context, buffer, size, count in
                guard let context, let buffer, let count else { return 0 }
                let source = Unmanaged<IndexSource>.fromOpaque(context).takeUnretainedValue()
                guard let read = source.fill(UnsafeMutableBufferPointer(start: buffer, count: size)) else { return 0 }
                count.pointee = read
                return 1
            },
            Unmanaged.passUnretained(source).toOpaque()
        )
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// - Parameter isWanted: whether the caller needs a scalar's text.
    mutating func next(isWanted: Bool = true) throws(ChartIndex.Failure) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        defer { source.begin(isOutside: depth == 0) }
        switch event.type {
        case YAML_SCALAR_EVENT:
            guard isWanted else { return .scalar("") }
            let scalar = event.data.scalar
            return .scalar(
                String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            )
        case YAML_ALIAS_EVENT: return .alias
        case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
            depth += 1
            guard depth <= ChartIndex.maxDepth else {
                throw ChartIndex.Failure(reason: "is deeper than \(ChartIndex.maxDepth) levels")
            }
            return event.type == YAML_MAPPING_START_EVENT ? .mappingStart : .sequenceStart
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            depth -= 1
            return .end
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
            // A caller that continued after the end would never stop.
            guard depth == 0 else { throw ChartIndex.Failure(reason: "ends in the middle") }
            return .streamEnd
        default: return .other
        }
    }

    /// This is libyaml's own text; it contains nothing from the file.
    private func failure() -> ChartIndex.Failure {
        if source.isTooLong {
            return ChartIndex.Failure(
                reason: depth == 0
                    ? "has more than \(ChartIndex.maxPreambleBytes >> 10) KiB before its first key"
                    : "has a value, or a comment, of more than \(ChartIndex.maxValueBytes >> 20) MiB"
            )
        }
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it could not be read"
        return ChartIndex.Failure(
            reason:
                "is not valid YAML: line \(parser.pointee.problem_mark.line + 1): \(PlainError.yamlProblem(problem))"
        )
    }
}

/// What the parser reads from.
private final class IndexSource {
    private let next: () -> [UInt8]?
    private var piece: [UInt8] = []
    private var position = 0
    /// Bytes since the last event.
    private var count = 0
    private var limit = ChartIndex.maxPreambleBytes
    private(set) var isTooLong = false

    init(next: @escaping () -> [UInt8]?) {
        self.next = next
    }

    /// Starts a new count after a complete event.
    ///
    /// - Parameter isOutside: whether no collection is open.
    func begin(isOutside: Bool) {
        count = 0
        limit = isOutside ? ChartIndex.maxPreambleBytes : ChartIndex.maxValueBytes
    }

    /// Fills the buffer, and gives the number of bytes; 0 at the end, `nil` where the parser must stop.
    func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        while position == piece.count {
            guard let fresh = next() else { return 0 }
            piece = fresh
            position = 0
        }
        let read = min(buffer.count, piece.count - position)
        piece.withUnsafeBufferPointer { bytes in
            _ = buffer.update(fromContentsOf: bytes[position..<position + read])
        }
        position += read
        count += read
        // The parser keeps one whole value in memory, and one comment at a time.
        guard count <= limit else {
            isTooLong = true
            return nil
        }
        return read
    }
}
