/// Finds the scalars of keys, in one pass over a file's events and without building its values.
struct YAMLScalarSearch: ~Copyable {
    struct Result {
        /// In the order of the file.
        var targets: [YAMLTarget] = []
        /// By the number of the update.
        var failures: [Int: UpdateFailure] = [:]
        /// The places of aliases, by the number of their anchor; at most ten for each.
        var aliases: [Int: [TextPlace]] = [:]
    }

    private struct Frame {
        var isMapping: Bool
        /// Nodes of the key tree for this collection.
        var keys: [Int]
        var place: TextPlace
        var anchor: Int?
        /// For a mapping: whether a key comes next.
        var expectsKey = true
        /// Nodes of the key tree for the next value.
        var next: [Int] = []
        /// For a list: how many items have begun.
        var count = 0
        /// For a list: the nodes for an item.
        var byIndex: [Int: [Int]] = [:]
        /// For a mapping: the nodes whose key was found, with its place.
        var seen: [Int: TextPlace] = [:]
        /// For a mapping: some of its keys, for messages.
        var known: [String] = []
    }

    private static let knownKeys = 40
    private static let aliasPlaces = 10

    private let source: SourceText
    private let keys: [String]
    private let tree: KeyTree
    private var events: YAMLEventReader
    private var ordinal = -1
    private var frames: [Frame] = []
    private var result = Result()
    /// By the update's number: the index in `result.targets`.
    private var found: [Int: Int] = [:]
    private var anchorNumbers: [String: (number: Int, place: TextPlace)] = [:]
    private var anchorCount = 0

    /// - Parameter keys: as in the configuration; paths: the same keys, parsed.
    static func find(keys: [String], paths: [KeyPath], in source: SourceText) throws(UpdateFailure) -> Result {
        var search = YAMLScalarSearch(keys: keys, paths: paths, source: source)
        return try search.run()
    }

    private init(keys: [String], paths: [KeyPath], source: SourceText) {
        self.source = source
        self.keys = keys
        tree = KeyTree(paths)
        events = YAMLEventReader(source.bytes[source.contentStart...])
    }

    private mutating func run() throws(UpdateFailure) -> Result {
        guard try begin() else {
            for child in tree.children(of: [0]) {
                let part = tree.nodes[child].part?.text ?? ""
                fail([child]) { key in
                    .missing(key: key, part: part, in: "", known: [], at: TextPlace(line: 1, column: 1))
                }
            }
            return result
        }
        try value(next(), keys: [0])
        while !frames.isEmpty { try step() }
        try lookAtLaterDocuments()
        return result
    }

    /// Reads to the first document; `false` where the file has no document.
    private mutating func begin() throws(UpdateFailure) -> Bool {
        while true {
            switch try next().kind {
            case .documentStart: return true
            case .streamEnd: return false
            default: continue
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

    // MARK: One document

    private mutating func step() throws(UpdateFailure) {
        let event = try next()
        let top = frames.count - 1
        switch event.kind {
        case .mappingEnd, .sequenceEnd:
            let frame = frames.removeLast()
            close(frame)
            valueEnded()
        default:
            guard frames[top].isMapping else {
                let keys = frames[top].byIndex[frames[top].count] ?? []
                frames[top].count += 1
                return try value(event, keys: keys)
            }
            guard frames[top].expectsKey else { return try value(event, keys: frames[top].next) }
            frames[top].next = []
            if case .scalar(let text, _) = event.kind { key(text, event) }
            try value(event, keys: [])
        }
    }

    /// Handles a key of the innermost mapping.
    private mutating func key(_ text: String, _ event: YAMLEvent) {
        let top = frames.count - 1
        guard !frames[top].keys.isEmpty else { return }
        if frames[top].known.count < Self.knownKeys { frames[top].known.append(text) }
        let nodes = tree.children(of: frames[top].keys, named: text)
        for node in nodes {
            if let first = frames[top].seen[node] {
                fail([node], overriding: true) { key in
                    .duplicateKey(key: key, part: text, first: first, at: event.place)
                }
            } else {
                frames[top].seen[node] = event.place
                frames[top].next.append(node)
            }
        }
    }

    /// Handles the start of a value or a key, and also its end where it is not a collection.
    private mutating func value(_ event: YAMLEvent, keys: [Int]) throws(UpdateFailure) {
        let anchor = define(event)
        switch event.kind {
        case .scalar(let text, let style):
            scalar(text, style, event, anchor: anchor, keys: keys)
            valueEnded()
        case .alias(let name):
            alias(name, event, keys: keys)
            valueEnded()
        case .mappingStart: try open(event, isMapping: true, anchor: anchor, keys: keys)
        case .sequenceStart: try open(event, isMapping: false, anchor: anchor, keys: keys)
        default: return
        }
    }

    private mutating func valueEnded() {
        guard let top = frames.indices.last, frames[top].isMapping else { return }
        frames[top].expectsKey.toggle()
    }

    private mutating func define(_ event: YAMLEvent) -> Int? {
        guard let name = event.anchor else { return nil }
        anchorCount += 1
        anchorNumbers[name] = (anchorCount, event.place)
        return anchorCount
    }

    private mutating func scalar(
        _ text: String,
        _ style: YAMLNode.ScalarStyle,
        _ event: YAMLEvent,
        anchor: Int?,
        keys: [Int]
    ) {
        guard !keys.isEmpty else { return }
        let updates = keys.flatMap { tree.nodes[$0].updates }.sorted()
        let isNothing = style == .plain && event.tag == nil && ScalarRules.nullWords.contains(text)
        for key in keys {
            let path = tree.nodes[key].path
            for child in tree.children(of: [key]) {
                let part = tree.nodes[child].part?.text ?? ""
                fail([child]) { name in
                    isNothing || path.isEmpty
                        ? .missing(key: name, part: part, in: path, known: [], at: event.place)
                        : .scalarInTheWay(key: name, at: event.place, parent: path)
                }
            }
        }
        guard !updates.isEmpty else { return }
        for update in updates { found[update] = result.targets.count }
        result.targets.append(
            YAMLTarget(
                updates: updates,
                text: text,
                style: style,
                anchor: event.anchor,
                tag: event.tag,
                range: source.offset(codePoint: event.start)..<source.offset(codePoint: event.end),
                ordinal: ordinal,
                place: event.place,
                anchors: frames.compactMap(\.anchor) + (anchor.map { [$0] } ?? [])
            )
        )
    }

    private mutating func alias(_ name: String, _ event: YAMLEvent, keys: [Int]) {
        let anchor = anchorNumbers[name]
        if let number = anchor?.number, result.aliases[number, default: []].count < Self.aliasPlaces {
            result.aliases[number, default: []].append(event.place)
        }
        fail(keys) { key in .alias(key: key, name: name, anchor: anchor?.place, at: event.place) }
    }

    private mutating func open(
        _ event: YAMLEvent,
        isMapping: Bool,
        anchor: Int?,
        keys: [Int]
    ) throws(UpdateFailure) {
        guard frames.count < YAMLLimits.depth else {
            throw .unreadable(
                "nested deeper than \(YAMLLimits.depth) levels",
                at: event.place,
                hint: "the file is not one that people write: check that the path is right"
            )
        }
        let kind = isMapping ? "a mapping" : "a list"
        for update in keys.flatMap({ tree.nodes[$0].updates }) {
            fail(update, .notScalar(key: self.keys[update], kind: kind, at: event.place), overriding: false)
        }
        var frame = Frame(isMapping: isMapping, keys: keys, place: event.place, anchor: anchor)
        if !isMapping {
            for child in tree.children(of: keys) {
                guard let part = tree.nodes[child].part else { continue }
                guard let index = part.index else {
                    fail([child]) { key in .notAnIndex(key: key, part: part.text, at: event.place) }
                    continue
                }
                frame.byIndex[index, default: []].append(child)
            }
        }
        frames.append(frame)
    }

    private mutating func close(_ frame: Frame) {
        if frame.isMapping {
            for child in tree.children(of: frame.keys) where frame.seen[child] == nil {
                let part = tree.nodes[child].part?.text ?? ""
                let parent = path(of: child)
                fail([child]) { key in
                    .missing(key: key, part: part, in: parent, known: frame.known, at: frame.place)
                }
            }
            return
        }
        for (index, children) in frame.byIndex where index < 0 || index >= frame.count {
            for child in children {
                let part = tree.nodes[child].part?.text ?? ""
                fail([child]) { key in
                    .indexOutOfRange(key: key, index: part, count: frame.count, at: frame.place)
                }
            }
        }
    }

    /// The key of the collection that should contain a node's part.
    private func path(of child: Int) -> String {
        let path = tree.nodes[child].path
        guard let part = tree.nodes[child].part?.text, path.utf8.count > part.utf8.count else { return "" }
        return String(decoding: path.utf8.dropLast(part.utf8.count + 1), as: UTF8.self)
    }

    // MARK: Failures

    private mutating func fail(
        _ nodes: [Int],
        overriding: Bool = false,
        _ failure: (String) -> UpdateFailure
    ) {
        for node in nodes {
            for update in tree.updates(from: node) {
                fail(update, failure(keys[update]), overriding: overriding)
            }
        }
    }

    private mutating func fail(_ update: Int, _ failure: UpdateFailure, overriding: Bool) {
        guard overriding || (result.failures[update] == nil && found[update] == nil) else { return }
        result.failures[update] = failure
    }

    // MARK: Documents after the first

    /// For messages that a key is in one of them; errors in them are ignored.
    private mutating func lookAtLaterDocuments() throws(UpdateFailure) {
        let missing = result.failures.filter { if case .missing = $0.value { true } else { false } }.keys.sorted()
        guard !missing.isEmpty else { return }
        let kept = result
        let placed = found
        defer {
            let later = self.result.targets.dropFirst(kept.targets.count)
            var failures = kept.failures
            for target in later {
                for update in target.updates where missing.contains(update) {
                    if case .missing(let key, _, _, _, _)? = kept.failures[update] {
                        failures[update] = .inLaterDocument(key: key, at: target.place)
                    }
                }
            }
            result = kept
            result.failures = failures
            found = placed
        }
        while let event = try? next() {
            switch event.kind {
            case .documentStart:
                anchorNumbers = [:]
                frames = []
                guard let root = try? next(), (try? value(root, keys: [0])) != nil else { return }
                while !frames.isEmpty { guard (try? step()) != nil else { return } }
            case .streamEnd: return
            default: continue
            }
        }
    }
}
