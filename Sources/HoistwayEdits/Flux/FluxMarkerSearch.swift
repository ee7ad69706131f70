/// Finds the scalars of a file that have a marker, in all its documents.
///
/// A marker belongs to the value directly before it on its line: a plain or quoted one, or an empty one after the
/// colon. Keys, block scalars and collections are never set.
struct FluxMarkerSearch: ~Copyable {
    struct Found {
        var marker: FluxMarker
        var target: YAMLTarget
    }

    struct Result {
        /// In the order of the file.
        var found: [Found] = []
        /// The places of aliases, by the number of their anchor; at most ten for each.
        var aliases: [Int: [TextPlace]] = [:]
    }

    private struct Frame {
        var isMapping: Bool
        var anchor: Int?
        var expectsKey = true
    }

    private static let aliasPlaces = 10

    private let source: SourceText
    private var events: YAMLEventReader
    private var ordinal = -1
    private var frames: [Frame] = []
    private var anchors: [String: Int] = [:]
    private var anchorCount = 0
    private var result = Result()

    static func find(in source: SourceText) throws(UpdateFailure) -> Result {
        var search = FluxMarkerSearch(source)
        return try search.run()
    }

    private init(_ source: SourceText) {
        self.source = source
        events = YAMLEventReader(source.bytes[source.contentStart...])
    }

    private mutating func run() throws(UpdateFailure) -> Result {
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return result
            case .documentStart: anchors = [:]
            case .mappingStart: try open(event, isMapping: true)
            case .sequenceStart: try open(event, isMapping: false)
            case .mappingEnd, .sequenceEnd:
                _ = frames.popLast()
                valueEnded()
            case .scalar(let text, let style):
                let anchor = define(event)
                if !isKey { try scalar(text, style, event, anchor) }
                valueEnded()
            case .alias(let name):
                if let number = anchors[name], result.aliases[number, default: []].count < Self.aliasPlaces {
                    result.aliases[number, default: []].append(event.place)
                }
                valueEnded()
            case .streamStart, .documentEnd: break
            }
        }
    }

    private mutating func next() throws(UpdateFailure) -> YAMLEvent {
        do throws(EditFailure) {
            ordinal += 1
            return try events.next()
        } catch {
            throw UpdateFailure(error, at: events.problemPlace)
        }
    }

    private var isKey: Bool { frames.last.map { $0.isMapping && $0.expectsKey } ?? false }

    private mutating func valueEnded() {
        guard let top = frames.indices.last, frames[top].isMapping else { return }
        frames[top].expectsKey.toggle()
    }

    private mutating func define(_ event: YAMLEvent) -> Int? {
        guard let name = event.anchor else { return nil }
        anchorCount += 1
        anchors[name] = anchorCount
        return anchorCount
    }

    private mutating func open(_ event: YAMLEvent, isMapping: Bool) throws(UpdateFailure) {
        guard frames.count < YAMLLimits.depth else {
            throw .unreadable(
                "nested deeper than \(YAMLLimits.depth) levels",
                at: event.place,
                hint: "the file is not one that people write: check that the path is right"
            )
        }
        frames.append(Frame(isMapping: isMapping, anchor: define(event)))
    }

    private mutating func scalar(
        _ text: String,
        _ style: YAMLNode.ScalarStyle,
        _ event: YAMLEvent,
        _ anchor: Int?
    ) throws(UpdateFailure) {
        let range = source.offset(codePoint: event.start)..<source.offset(codePoint: event.end)
        guard style != .block, let marker = marker(behind: range.upperBound) else { return }
        guard result.found.count < YAMLUpdate.maxUpdates else {
            throw .tooManyUpdates(count: result.found.count + 1, limit: YAMLUpdate.maxUpdates)
        }
        result.found.append(
            Found(
                marker: marker,
                target: YAMLTarget(
                    updates: [],
                    text: text,
                    style: style,
                    anchor: event.anchor,
                    tag: event.tag,
                    range: range,
                    ordinal: ordinal,
                    place: event.place,
                    anchors: frames.compactMap(\.anchor) + (anchor.map { [$0] } ?? [])
                )
            )
        )
    }

    /// The marker in the comment that follows on the line after spaces only.
    private func marker(behind end: Int) -> FluxMarker? {
        let bytes = source.bytes
        var index = end
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") {
            index += 1
        }
        guard index > end, index < bytes.count, bytes[index] == UInt8(ascii: "#") else { return nil }
        return FluxMarker(comment: bytes[index + 1..<source.lineEnd(index)])
    }
}
