/// The images in manifests, in the fields of kustomize's image transformer.
///
/// These are `image` in each item of `containers` and `initContainers`, at any depth of any kind except a
/// CustomResourceDefinition, and the fields that `configurations` add:
/// <https://github.com/kubernetes-sigs/kustomize/blob/master/api/filters/imagetag/legacy.go>. `ephemeralContainers` and
/// images of volumes are read as well. Comments are not read.
package struct ManifestImages: Equatable, Sendable {
    /// As they are written, with tag and digest.
    package private(set) var images: Set<String> = []

    /// `nil` where the text cannot be read within the limits.
    ///
    /// - Parameters:
    ///   - text: manifests, or a patch: one of kustomize's forms for a part of a manifest, or a JSON patch.
    ///   - fields: further fields that contain an image.
    package init?(of bytes: [UInt8], fields: [ImageFieldPath] = []) {
        guard let text = String(validating: bytes, as: UTF8.self),
            YAMLWeight.excess(of: text, values: YAMLLimits.nodes, depth: YAMLLimits.depth) == nil,
            // kustomize itself refuses a text that cannot be read.
            let documents = try? YAMLTree.documents(of: text)
        else { return nil }
        for document in documents { read(document: document, fields) }
    }

    private mutating func read(document: YAMLTree, _ fields: [ImageFieldPath]) {
        if case .sequence(let operations) = document.content {
            for operation in operations { read(operation: operation) }
            return
        }
        let kind = document.text(of: "kind")
        if kind == "List", case .sequence(let items)? = document.value(of: "items")?.content {
            for item in items { read(document: item, fields) }
            return
        }
        guard kind != "CustomResourceDefinition" else { return }
        readContainers(document)
        for field in fields where field.kind == nil || field.kind == kind { read(document, field.path[...]) }
    }

    /// Reads one operation of a JSON patch: its value may be an image, a container, or more.
    private mutating func read(operation: YAMLTree) {
        guard let value = operation.value(of: "value") else { return }
        if case .scalar(let text, _) = value.content { images.insert(text) }
        if let image = value.text(of: "image") { images.insert(image) }
        if case .sequence(let items) = value.content {
            for item in items { item.text(of: "image").map { _ = images.insert($0) } }
        }
        readContainers(value)
    }

    private static let lists: Set<String> = ["containers", "initContainers", "ephemeralContainers"]

    private mutating func readContainers(_ tree: YAMLTree) {
        switch tree.content {
        case .mapping(let pairs):
            for pair in pairs {
                if case .scalar(let name, _) = pair.key.content, case .sequence(let items) = pair.value.content {
                    for item in items {
                        if Self.lists.contains(name), let image = item.text(of: "image") { images.insert(image) }
                        if name == "volumes", let reference = item.value(of: "image")?.text(of: "reference") {
                            images.insert(reference)
                        }
                    }
                }
                readContainers(pair.value)
            }
        case .sequence(let items): for item in items { readContainers(item) }
        case .scalar: return
        }
    }

    /// Follows a field's path; in a list, it follows the path in each item.
    private mutating func read(_ tree: YAMLTree, _ path: ArraySlice<String>) {
        if case .sequence(let items) = tree.content {
            for item in items { read(item, path) }
            return
        }
        guard let key = path.first else {
            if case .scalar(let text, _) = tree.content { images.insert(text) }
            return
        }
        if let value = tree.value(of: key) { read(value, path.dropFirst()) }
    }
}

/// A field with an image, as in kustomize's `configurations`: `spec/runner/image`, `spec/tasks[]/image`.
package struct ImageFieldPath: Hashable, Sendable {
    package var path: [String]
    /// `nil`: any kind.
    package var kind: String?

    /// The `images` of a configuration file; `nil` where it cannot be read.
    package static func all(of bytes: [UInt8]) -> [ImageFieldPath]? {
        // kustomize itself refuses a file that cannot be read.
        guard let root = try? YAMLDocument(SourceText(bytes)).root, let pairs = root.pairs else { return nil }
        guard let images = pairs.first(where: { $0.key.scalar == "images" })?.value.resolved else { return [] }
        guard let items = images.items else { return nil }
        return items.compactMap { item in
            let fields = item.resolved.pairs ?? []
            func text(_ key: String) -> String? { fields.first { $0.key.scalar == key }?.value.resolved.scalar }
            guard let path = text("path"), !path.isEmpty else { return nil }
            let parts = path.split(separator: "/").map { $0.hasSuffix("[]") ? String($0.dropLast(2)) : String($0) }
            return ImageFieldPath(path: parts, kind: text("kind"))
        }
    }
}

extension YAMLTree {
    /// The value of a key; `nil` also where this is not a mapping.
    fileprivate func value(of key: String) -> YAMLTree? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { pair in
            if case .scalar(let text, _) = pair.key.content { text == key } else { false }
        }?.value
    }

    fileprivate func text(of key: String) -> String? {
        guard case .scalar(let text, _)? = value(of: key)?.content else { return nil }
        return text
    }
}
