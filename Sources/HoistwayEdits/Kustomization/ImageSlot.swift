/// One item of a kustomization's `images`, with its place in the document.
struct ImageSlot {
    var node: YAMLNode
    /// `nil` for an item without an image name.
    var entry: ImageEntry?

    /// Reads an item, with its aliases and merge keys.
    init(_ node: YAMLNode) throws(EditFailure) {
        self.node = node
        guard let pairs = node.resolved.pairs else {
            throw .malformedImages(line: node.line, reason: "an item of images is not a mapping")
        }
        var entry = ImageEntry(name: "")
        try Self.read(pairs, into: &entry)
        self.entry = entry.name.isEmpty ? nil : entry
    }

    private static func read(_ pairs: [YAMLNode.Pair], into entry: inout ImageEntry) throws(EditFailure) {
        for pair in pairs where pair.key.scalar == "<<" {
            for merged in Self.mergedMappings(pair.value) { try read(merged, into: &entry) }
        }
        for pair in pairs {
            guard let field = pair.key.scalar.flatMap(ImageField.init(rawValue:)) else { continue }
            let value = pair.value.resolved
            guard let text = value.scalar else {
                throw .malformedImages(line: pair.value.line, reason: "\(field.rawValue) of an image is not a text")
            }
            entry[field] = value.isNull ? nil : text
        }
    }

    /// The first of several merged mappings has priority, so it is read last.
    private static func mergedMappings(_ value: YAMLNode) -> [[YAMLNode.Pair]] {
        if let pairs = value.resolved.pairs { return [pairs] }
        return (value.resolved.items ?? []).reversed().compactMap { $0.resolved.pairs }
    }

    /// The pair of a field, if it is written in the item itself.
    func pair(_ field: ImageField) -> YAMLNode.Pair? {
        node.pairs?.first { $0.key.scalar == field.rawValue }
    }
}

/// The `images` of a kustomization, with their place in the document.
struct ImageList {
    enum Place {
        /// There is no such key.
        case absent
        /// The key has no value, or null.
        case null(YAMLNode.Pair)
        case list(YAMLNode.Pair)
    }

    var place: Place
    var slots: [ImageSlot] = []

    init(_ document: YAMLDocument) throws(EditFailure) {
        if document.root.isNull { throw .empty }
        guard let pairs = document.root.pairs else { throw .rootNotMapping(line: document.root.line) }
        guard let pair = pairs.first(where: { $0.key.scalar == "images" }) else {
            place = .absent
            return
        }
        if pair.value.resolved.isNull {
            place = .null(pair)
            return
        }
        guard let items = pair.value.resolved.items else {
            throw .malformedImages(line: pair.value.line, reason: "images is not a list")
        }
        guard items.count <= YAMLLimits.images else {
            throw .tooManyImages(count: items.count, limit: YAMLLimits.images)
        }
        place = .list(pair)
        for item in items { slots.append(try ImageSlot(item)) }
    }

    var entries: [ImageEntry] { slots.compactMap(\.entry) }
}
