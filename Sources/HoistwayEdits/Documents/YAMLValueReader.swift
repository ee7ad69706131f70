/// Builds the values of a file's documents as <https://github.com/kubernetes-sigs/yaml> does: through JSON.
struct YAMLValueReader: ~Copyable {
    private struct Anchored {
        var value: DocumentValue
        /// The number of values in it, including itself.
        var weight: Int
        /// The number of levels below it.
        var height: Int
    }

    private struct Frame {
        var isMapping: Bool
        var place: TextPlace
        var anchor: String?
        var items: [DocumentValue] = []
        var members = MemberList()
        /// Members from merge keys, in their order; keys of the mapping itself have priority over them.
        var merged: [DocumentValue.Member] = []
        var key: Key?
        var weight = 1
        var height = 0
    }

    private enum Key {
        case name(String)
        case merge
    }

    private var events: YAMLEventReader
    private var anchors: [String: Anchored] = [:]
    private var frames: [Frame] = []
    private var total = 0

    init(_ source: SourceText) {
        events = YAMLEventReader(source.bytes[source.contentStart...])
    }

    mutating func document() throws(UpdateFailure) -> DocumentValue {
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return .null
            case .documentStart: return try root()
            default: continue
            }
        }
    }

    /// Reads all documents of the file.
    mutating func documents() throws(UpdateFailure) -> [DocumentValue] {
        var documents: [DocumentValue] = []
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                documents.append(try root())
            default: continue
            }
        }
    }

    private mutating func next() throws(UpdateFailure) -> YAMLEvent {
        do throws(EditFailure) {
            return try events.next()
        } catch {
            throw UpdateFailure(error, at: events.problemPlace)
        }
    }

    private func failure(_ problem: String, _ place: TextPlace) -> UpdateFailure {
        .unreadable(problem, at: place, hint: "correct the file; nothing was done with it")
    }

    private mutating func root() throws(UpdateFailure) -> DocumentValue {
        while true {
            let event = try next()
            if let done = try read(event) { return done }
        }
    }

    /// Returns the document's value when it is complete.
    private mutating func read(_ event: YAMLEvent) throws(UpdateFailure) -> DocumentValue? {
        switch event.kind {
        case .mappingStart, .sequenceStart:
            if let top = frames.indices.last, frames[top].isMapping, frames[top].key == nil {
                throw failure("a key is a list or a mapping", event.place)
            }
            guard frames.count < YAMLLimits.depth else {
                throw failure("nested deeper than \(YAMLLimits.depth) levels", event.place)
            }
            var isMapping = false
            if case .mappingStart = event.kind { isMapping = true }
            frames.append(Frame(isMapping: isMapping, place: event.place, anchor: event.anchor))
            return nil
        case .mappingEnd, .sequenceEnd:
            var frame = frames.removeLast()
            for member in frame.merged { frame.members.set(member.key, member.value, overriding: false) }
            let value = frame.isMapping ? DocumentValue.map(frame.members.members) : .list(frame.items)
            let complete = Anchored(value: value, weight: frame.weight, height: frame.height)
            return try add(complete, anchor: frame.anchor, frame.place)
        case .alias(let name):
            guard let anchored = anchors[name] else {
                throw failure("the alias *\(excerpt(name)) has no anchor before it", event.place)
            }
            guard frames.count + anchored.height <= YAMLLimits.depth else {
                throw failure("nested deeper than \(YAMLLimits.depth) levels, aliases followed", event.place)
            }
            return try add(anchored, anchor: nil, event.place)
        case .scalar(let text, let style):
            if let top = frames.indices.last, frames[top].isMapping, frames[top].key == nil {
                frames[top].key = try key(text, style, event)
                let anchored = Anchored(value: .string(text), weight: 1, height: 0)
                if let anchor = event.anchor { anchors[anchor] = anchored }
                return nil
            }
            let value = try scalar(text, style, event)
            return try add(Anchored(value: value, weight: 1, height: 0), anchor: event.anchor, event.place)
        default: return nil
        }
    }

    private mutating func add(
        _ anchored: Anchored,
        anchor: String?,
        _ place: TextPlace
    ) throws(UpdateFailure) -> DocumentValue? {
        total += anchored.height == 0 ? anchored.weight : 1
        if let anchor { anchors[anchor] = anchored }
        guard let top = frames.indices.last else { return anchored.value }
        frames[top].weight += anchored.weight
        frames[top].height = max(frames[top].height, anchored.height + 1)
        guard frames[top].weight <= YAMLLimits.nodes, total <= YAMLLimits.nodes else {
            throw failure("more than \(YAMLLimits.nodes) values, aliases followed", place)
        }
        guard frames[top].isMapping else {
            frames[top].items.append(anchored.value)
            return nil
        }
        switch frames[top].key {
        case .name(let name)?: frames[top].members.set(name, anchored.value)
        case .merge?: frames[top].merged += try merged(anchored.value, place)
        case nil:
            guard case .string(let name) = anchored.value else {
                throw failure("a key is not a text", place)
            }
            frames[top].key = .name(name)
            return nil
        }
        frames[top].key = nil
        return nil
    }

    private func merged(_ value: DocumentValue, _ place: TextPlace) throws(UpdateFailure) -> [DocumentValue.Member] {
        switch value {
        case .map(let members): return members
        case .list(let items):
            var all: [DocumentValue.Member] = []
            for item in items {
                guard case .map(let members) = item else {
                    throw failure("a merge key (<<) takes a mapping or a list of them", place)
                }
                all += members
            }
            return all
        default: throw failure("a merge key (<<) takes a mapping or a list of them", place)
        }
    }

    private func key(_ text: String, _ style: YAMLNode.ScalarStyle, _ event: YAMLEvent) throws(UpdateFailure) -> Key {
        guard style == .plain, event.tag == nil else { return .name(text) }
        if text == "<<" { return .merge }
        switch PlainScalar(text) {
        case .string: return .name(text)
        case .bool(let flag): return .name(flag ? "true" : "false")
        case .number(let number):
            let isCanonical =
                text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (text == "0" || !text.hasPrefix("0"))
            return .name(isCanonical || !number.isFinite ? text : ScalarValue.text(of: number))
        case .null: throw failure("a key is null", event.place)
        }
    }

    private func scalar(
        _ text: String,
        _ style: YAMLNode.ScalarStyle,
        _ event: YAMLEvent
    ) throws(UpdateFailure) -> DocumentValue {
        let prefix = "tag:yaml.org,2002:"
        let plain = PlainScalar(text)
        switch event.tag {
        case nil: return style == .plain ? try value(plain, text, event.place) : .string(text)
        case prefix + "int", prefix + "float":
            guard case .number = plain else {
                throw failure("the value is not the number that its tag asks for", event.place)
            }
            return try value(plain, text, event.place)
        case prefix + "bool":
            guard case .bool = plain else {
                throw failure("the value is not the boolean that its tag asks for", event.place)
            }
            return try value(plain, text, event.place)
        case prefix + "null": return .null
        case prefix + "binary":
            throw failure("the tag !!binary stands before a value, and bytes are no text", event.place)
        default: return .string(text)
        }
    }

    private func value(_ plain: PlainScalar, _ text: String, _ place: TextPlace) throws(UpdateFailure) -> DocumentValue
    {
        switch plain {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .string: return .string(text)
        case .number(let number):
            guard number.isFinite else { throw failure("\(excerpt(text)) is a number that JSON does not have", place) }
            return .number(number)
        }
    }
}
