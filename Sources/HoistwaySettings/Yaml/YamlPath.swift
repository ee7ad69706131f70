/// The path of a value in a file, as places show it: `spec.steps[0].uses`.
///
/// Documents of a file have the same keys again and again. Each path and each key is one text in memory, however many
/// values have it: with 6,000 stages, texts of their own were a third of the memory that reading took. Lives inside one
/// reading of a file; not thread-safe.
final class YamlPath {
    let text: String
    /// The last key; empty for an item of a list and for a whole document.
    let key: String
    private var keys: [String: YamlPath] = [:]
    private var items: [YamlPath] = []

    /// The path of a whole document.
    convenience init() {
        self.init(text: "", key: "")
    }

    private init(text: String, key: String) {
        self.text = text
        self.key = key
    }

    /// The value of a key of this mapping.
    subscript(key: String) -> YamlPath {
        // Two spellings of one letter are equal texts in Swift, but not the same key.
        if let known = keys[key], known.key.utf8.elementsEqual(key.utf8) { return known }
        let isPlainWord = key.utf8.allSatisfy { $0 > 0x20 && !".[]\"".utf8.contains($0) }
        let part = isPlainWord && !key.isEmpty ? key : "\"\(key)\""
        let path = YamlPath(text: text.isEmpty ? part : "\(text).\(part)", key: key)
        keys[key] = path
        return path
    }

    /// An item of this list.
    ///
    /// - Parameter index: asked for in their order, from 0.
    subscript(index: Int) -> YamlPath {
        while items.count <= index { items.append(YamlPath(text: "\(text)[\(items.count)]", key: "")) }
        return items[index]
    }
}
