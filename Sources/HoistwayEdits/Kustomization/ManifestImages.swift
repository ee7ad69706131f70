import Yams

/// The images that manifests name, where kustomize's image transformer finds them.
///
/// That is `image` in each item of `containers` and `initContainers`, at any depth of any kind but a
/// CustomResourceDefinition, and the fields that `configurations` add:
/// <https://github.com/kubernetes-sigs/kustomize/blob/master/api/filters/imagetag/legacy.go>. `ephemeralContainers` and
/// images of volumes are read as well. A comment names nothing.
package struct ManifestImages: Equatable, Sendable {
    /// As they are written, with tag and digest.
    package private(set) var images: Set<String> = []

    /// `nil` where the text cannot be read within the bounds.
    ///
    /// - Parameters:
    ///   - text: manifests, or a patch: one of kustomize's forms for a part of a manifest, or a JSON patch.
    ///   - fields: further fields that hold an image.
    package init?(of bytes: [UInt8], fields: [ImageFieldPath] = []) {
        guard let text = String(validating: bytes, as: UTF8.self),
            YAMLWeight.excess(of: text, values: YAMLLimits.nodes, depth: YAMLLimits.depth) == nil,
            let parser = try? Parser(yaml: text, resolver: .basic, encoding: .utf8)
        else { return nil }
        do {
            while let root = try parser.nextRoot() { read(document: root, fields) }
        } catch {
            // What cannot be read, kustomize refuses itself.
            return nil
        }
    }

    private mutating func read(document: Node, _ fields: [ImageFieldPath]) {
        if case .sequence(let operations) = document {
            for operation in operations { read(operation: operation) }
            return
        }
        let kind = NodeFields.text("kind", of: document)
        if kind == "List", case .sequence(let items)? = NodeFields.value("items", of: document) {
            for item in items { read(document: item, fields) }
            return
        }
        guard kind != "CustomResourceDefinition" else { return }
        readContainers(document)
        for field in fields where field.kind == nil || field.kind == kind { read(document, field.path[...]) }
    }

    /// One operation of a JSON patch: its value may be an image, a container, or more.
    private mutating func read(operation: Node) {
        guard let value = NodeFields.value("value", of: operation) else { return }
        if case .scalar(let scalar) = value { images.insert(scalar.string) }
        if let image = NodeFields.text("image", of: value) { images.insert(image) }
        if case .sequence(let items) = value {
            for item in items { NodeFields.text("image", of: item).map { _ = images.insert($0) } }
        }
        readContainers(value)
    }

    private static let lists: Set<String> = ["containers", "initContainers", "ephemeralContainers"]

    private mutating func readContainers(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                if let name = key.scalar?.string, case .sequence(let items) = value {
                    for item in items {
                        if Self.lists.contains(name), let image = NodeFields.text("image", of: item) {
                            images.insert(image)
                        }
                        if name == "volumes", let image = NodeFields.value("image", of: item),
                            let reference = NodeFields.text("reference", of: image)
                        {
                            images.insert(reference)
                        }
                    }
                }
                readContainers(value)
            }
        case .sequence(let items): for item in items { readContainers(item) }
        default: return
        }
    }

    /// Follows a field's path; a list on the way is followed in each of its items.
    private mutating func read(_ node: Node, _ path: ArraySlice<String>) {
        if case .sequence(let items) = node {
            for item in items { read(item, path) }
            return
        }
        guard let key = path.first else {
            if case .scalar(let scalar) = node { images.insert(scalar.string) }
            return
        }
        if let value = NodeFields.value(key, of: node) { read(value, path.dropFirst()) }
    }
}

/// A field that holds an image, as kustomize's `configurations` name it: `spec/runner/image`, `spec/tasks[]/image`.
package struct ImageFieldPath: Hashable, Sendable {
    package var path: [String]
    /// `nil`: of any kind.
    package var kind: String?

    /// The `images` of a configuration file; `nil` where it cannot be read.
    package static func all(of bytes: [UInt8]) -> [ImageFieldPath]? {
        // What cannot be read, kustomize refuses itself.
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

/// Values of a mapping, found without resolving its keys.
private enum NodeFields {
    static func value(_ key: String, of node: Node) -> Node? {
        guard case .mapping(let mapping) = node else { return nil }
        for (candidate, value) in mapping {
            if case .scalar(let scalar) = candidate, scalar.string == key { return value }
        }
        return nil
    }

    static func text(_ key: String, of node: Node) -> String? {
        guard case .scalar(let scalar)? = value(key, of: node) else { return nil }
        return scalar.string
    }
}
