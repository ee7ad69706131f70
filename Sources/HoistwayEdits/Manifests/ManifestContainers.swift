/// The containers of Kubernetes manifests with their images, by object.
///
/// They are the containers that kustomize finds: the items of `containers`, `initContainers` and `ephemeralContainers`,
/// at any depth of any object. It serves to compare two texts, even if their objects have another order.
package struct ManifestContainers: Equatable, Sendable {
    /// The largest text that is read, in bytes, and in values (aliases count at each use).
    package static let maxBytes = 8 << 20
    static let maxValues = 400_000

    /// A container of an object.
    package struct Key: Hashable, Sendable, Comparable {
        /// The API group without its version: `apps`; empty for the core group.
        package var group: String
        package var kind: String
        package var namespace: String
        package var name: String
        /// The names of fields that lead to it in the object, separated by dots; items of lists have their own names.
        package var path: String

        package static func < (left: Key, right: Key) -> Bool {
            (left.kind, left.namespace, left.name, left.path, left.group)
                < (right.kind, right.namespace, right.name, right.path, right.group)
        }
    }

    private struct Place: Equatable, Sendable {
        var style: YAMLNode.ScalarStyle
        /// In code points.
        var range: Range<Int>
    }

    /// As they are written, with tag and digest.
    package private(set) var images: [Key: String] = [:]
    private var places: [Key: Place] = [:]

    /// `nil` where the text cannot be read within the limits; a text without objects has no containers.
    package init?(of bytes: [UInt8]) {
        guard bytes.count <= Self.maxBytes, let text = String(validating: bytes, as: UTF8.self),
            YAMLWeight.excess(of: text, values: Self.maxValues, depth: YAMLLimits.depth) == nil,
            // A text that cannot be read has nothing to compare.
            let documents = try? YAMLTree.documents(of: text)
        else { return nil }
        for document in documents { read(object: document) }
    }

    /// The text with other images in some of its containers; `nil` where that would change something else.
    package static func setting(_ images: [Key: String], in bytes: [UInt8]) -> [UInt8]? {
        guard let before = ManifestContainers(of: bytes),
            let source = try? SourceText(bytes, limit: maxBytes)  // It was read already.
        else { return nil }
        var edits: [TextEdit] = []
        for (key, image) in images where before.images[key] != image {
            guard let place = before.places[key], place.style != .block else { return nil }
            let range =
                source.offset(codePoint: place.range.lowerBound)..<source.offset(codePoint: place.range.upperBound)
            edits.append(TextEdit(range, ScalarRules.written(image, like: place.style)))
        }
        let expected = before.images.merging(images) { _, new in new }
        guard let edited = TextEdits(edits).applied(to: bytes), ManifestContainers(of: edited)?.images == expected
        else {
            return nil
        }
        return edited
    }

    private mutating func read(object: YAMLTree) {
        guard let kind = object.text("kind"), let version = object.text("apiVersion") else { return }
        if kind == "List", case .sequence(let items)? = object.value("items")?.content {
            for item in items { read(object: item) }
            return
        }
        guard kind != "CustomResourceDefinition" else { return }
        let metadata = object.value("metadata")
        let group = version.split(separator: "/", omittingEmptySubsequences: false)
        let key = Key(
            group: group.count == 2 ? String(group[0]) : "",
            kind: kind,
            namespace: metadata?.text("namespace") ?? "",
            name: metadata?.text("name") ?? "",
            path: ""
        )
        readContainers(object, key)
    }

    private static let lists: Set<String> = ["containers", "initContainers", "ephemeralContainers"]

    private mutating func readContainers(_ tree: YAMLTree, _ key: Key) {
        switch tree.content {
        case .mapping(let pairs):
            for pair in pairs {
                guard case .scalar(let name, _) = pair.key.content else { continue }
                let below = key.appending(name)
                if Self.lists.contains(name), case .sequence(let items) = pair.value.content {
                    for (index, item) in items.enumerated() { read(container: item, below.item(item, index)) }
                }
                readContainers(pair.value, below)
            }
        case .sequence(let items):
            for (index, item) in items.enumerated() { readContainers(item, key.item(item, index)) }
        case .scalar: return
        }
    }

    private mutating func read(container: YAMLTree, _ key: Key) {
        guard let value = container.value("image"), case .scalar(let image, _) = value.content, images[key] == nil
        else {
            return
        }
        images[key] = image
        if let writing = value.writing { places[key] = Place(style: writing.style, range: writing.range) }
    }
}

extension ManifestContainers.Key {
    fileprivate func appending(_ name: String) -> ManifestContainers.Key {
        var key = self
        key.path = path.isEmpty ? name : path + "." + name
        return key
    }

    fileprivate func item(_ item: YAMLTree, _ index: Int) -> ManifestContainers.Key {
        appending(item.text("name") ?? "\(index)")
    }
}

extension YAMLTree {
    fileprivate func value(_ key: String) -> YAMLTree? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { pair in
            if case .scalar(let name, _) = pair.key.content { name == key } else { false }
        }?.value
    }

    fileprivate func text(_ key: String) -> String? {
        guard case .scalar(let text, _)? = value(key)?.content else { return nil }
        return text
    }
}
