/// A value of a YAML document, with its place.
struct YAMLNode: Sendable {
    enum ScalarStyle: Sendable {
        case plain, singleQuoted, doubleQuoted, block
    }

    struct Pair: Sendable {
        var key: YAMLNode
        var value: YAMLNode

        var range: Range<Int> { key.range.lowerBound..<max(key.range.upperBound, value.range.upperBound) }
    }

    indirect enum Content: Sendable {
        case scalar(String, ScalarStyle)
        case sequence([YAMLNode], isFlow: Bool)
        case mapping([Pair], isFlow: Bool)
        case alias(String, of: YAMLNode)
    }

    var content: Content
    /// In bytes of the document; a block collection ends with its last child.
    var range: Range<Int>
    /// Counted from 1.
    var line: Int
    var anchor: String?
    var tag: String?
    /// The number of values in it, including itself; values behind aliases count at each use.
    var weight: Int

    /// The node after all aliases are followed.
    var resolved: YAMLNode {
        if case .alias(_, let target) = content { target } else { self }
    }

    var scalar: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    var pairs: [Pair]? {
        if case .mapping(let pairs, _) = content { pairs } else { nil }
    }

    var items: [YAMLNode]? {
        if case .sequence(let items, _) = content { items } else { nil }
    }

    /// Whether it has no value: no text, or one of YAML's words for null.
    var isNull: Bool {
        guard case .scalar(let text, .plain) = content, tag == nil else { return false }
        return ScalarRules.nullWords.contains(text)
    }

    /// Why its text cannot be replaced without other changes; `nil` where it can.
    var obstacle: String? {
        if anchor != nil { return "an anchor" }
        if tag != nil { return "a tag" }
        switch content {
        case .alias: return "an alias"
        case .scalar(_, .block): return "a block scalar"
        default: return nil
        }
    }
}
