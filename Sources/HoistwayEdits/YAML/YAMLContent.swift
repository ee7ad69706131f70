/// The content of a YAML document: its values with everything that decides their meaning, without places.
///
/// It is used in proofs. Only libyaml's events are its source, so that nothing that planned an edit (``YAMLDocument``)
/// can influence it.
indirect enum YAMLContent {
    case scalar(Scalar)
    case sequence([YAMLContent], tag: String?)
    case mapping([Pair], tag: String?)

    struct Scalar {
        var text: String
        var isPlain: Bool
        var tag: String?
    }

    struct Pair {
        var key: YAMLContent
        var value: YAMLContent
    }

    /// Why a text cannot be read.
    enum Failure: Error {
        case unreadable
        /// The text has no document, or several.
        case notOneDocument
    }

    /// The only document of a text.
    ///
    /// Recursive: the caller bounds depth and size first.
    static func read(_ bytes: some Collection<UInt8>) throws(Failure) -> YAMLContent {
        var reader = YAMLContentReader(bytes)
        return try reader.document()
    }

    var scalar: Scalar? {
        if case .scalar(let scalar) = self { scalar } else { nil }
    }

    /// The value of a key; `nil` also where this is not a mapping.
    subscript(key: String) -> YAMLContent? {
        guard case .mapping(let pairs, _) = self else { return nil }
        return pairs.first { $0.key.scalar?.text == key }?.value
    }

    /// Whether both have the same kind, text and meaning.
    static func same(_ left: YAMLContent, _ right: YAMLContent) -> Bool {
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            left.isPlain == right.isPlain && left.tag == right.tag && left.text.utf8.elementsEqual(right.text.utf8)
        case (.sequence(let left, let leftTag), .sequence(let right, let rightTag)):
            left.count == right.count && leftTag == rightTag && zip(left, right).allSatisfy(same)
        case (.mapping(let left, let leftTag), .mapping(let right, let rightTag)):
            left.count == right.count && leftTag == rightTag
                && zip(left, right).allSatisfy { same($0.key, $1.key) && same($0.value, $1.value) }
        default: false
        }
    }
}

private struct YAMLContentReader: ~Copyable {
    private var events: YAMLEventReader
    private var anchors: [String: YAMLContent] = [:]

    init(_ bytes: some Collection<UInt8>) {
        events = YAMLEventReader(bytes)
    }

    mutating func document() throws(YAMLContent.Failure) -> YAMLContent {
        var root: YAMLContent?
        while true {
            switch try next().kind {
            case .documentStart:
                guard root == nil else { throw .notOneDocument }
                root = try value(next())
            case .streamEnd:
                guard let root else { throw .notOneDocument }
                return root
            default: continue
            }
        }
    }

    private mutating func next() throws(YAMLContent.Failure) -> YAMLEvent {
        do throws(EditFailure) {
            return try events.next()
        } catch {
            throw .unreadable
        }
    }

    private mutating func value(_ event: YAMLEvent) throws(YAMLContent.Failure) -> YAMLContent {
        let value: YAMLContent
        switch event.kind {
        case .alias(let name):
            guard let target = anchors[name] else { throw .unreadable }
            return target
        case .scalar(let text, let style):
            value = .scalar(.init(text: text, isPlain: style == .plain, tag: event.tag))
        case .sequenceStart: value = .sequence(try items(), tag: event.tag)
        case .mappingStart: value = .mapping(try pairs(), tag: event.tag)
        default: throw .unreadable
        }
        if let anchor = event.anchor { anchors[anchor] = value }
        return value
    }

    private mutating func items() throws(YAMLContent.Failure) -> [YAMLContent] {
        var items: [YAMLContent] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try value(event))
        }
    }

    /// A key that occurs twice would have different meanings for different readers.
    private mutating func pairs() throws(YAMLContent.Failure) -> [YAMLContent.Pair] {
        var pairs: [YAMLContent.Pair] = []
        var keys: Set<[UInt8]> = []
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return pairs }
            let key = try value(event)
            if let scalar = key.scalar, !keys.insert(Array(scalar.text.utf8)).inserted { throw .unreadable }
            pairs.append(YAMLContent.Pair(key: key, value: try value(next())))
        }
    }
}
