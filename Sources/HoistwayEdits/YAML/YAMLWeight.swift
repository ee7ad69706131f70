/// The size of a YAML text after aliases are followed, found without building its values.
package enum YAMLWeight {
    /// The first place that exceeds a limit; the line is counted from 1.
    package enum Excess: Equatable, Sendable {
        case values(line: Int)
        case depth(line: Int)
    }

    private struct Size {
        var values = 1
        /// The number of levels below it.
        var depth = 0
    }

    /// `nil` where the text keeps both limits, as far as it can be read: the parser reports errors.
    ///
    /// - Parameters:
    ///   - values: keys count as values.
    ///   - depth: levels below a document's root.
    ///   - onlyFirst: whether documents after the first are not read.
    package static func excess(of text: String, values: Int, depth: Int, onlyFirst: Bool = false) -> Excess? {
        var reader = YAMLEventReader(Array(text.utf8))
        guard !reader.hasTooManyDirectives else { return .values(line: 1) }
        var anchors: [String: Size] = [:]
        var open: [(anchor: String?, size: Size)] = []
        var total = 0
        while let event = try? reader.next() {
            var size = Size()
            var anchor = event.anchor
            switch event.kind {
            case .streamEnd: return nil
            case .documentEnd where onlyFirst: return nil
            case .streamStart, .documentStart, .documentEnd: continue
            case .sequenceStart, .mappingStart:
                guard open.count <= depth else { return .depth(line: event.line) }
                open.append((anchor, Size()))
                continue
            case .sequenceEnd, .mappingEnd:
                guard let last = open.popLast() else { return nil }
                (anchor, size) = (last.anchor, last.size)
                // Its content was counted before.
                total -= size.values - 1
            case .alias(let name): size = anchors[name] ?? Size()
            case .scalar: break
            }
            total += size.values
            guard total <= values else { return .values(line: event.line) }
            guard open.count + size.depth <= depth else { return .depth(line: event.line) }
            if let anchor { anchors[anchor] = size }
            if let parent = open.indices.last {
                open[parent].size.values += size.values
                open[parent].size.depth = max(open[parent].size.depth, size.depth + 1)
            }
        }
        return nil
    }
}
