/// The wanted image entry: it replaces the whole entry with that name.
package struct ImageTarget: Hashable, Sendable {
    package enum Field: Hashable, Sendable {
        /// Keeps the entry's present value, if there is one: kustomize's `*`.
        case keep
        case value(String)
        case none

        /// Reads a text from a step or an argument: `*` keeps, an empty or absent text removes.
        package init(argument: String?) {
            switch argument {
            case nil, "": self = .none
            case "*": self = .keep
            case let text?: self = .value(text)
            }
        }

        func resolved(_ existing: String?) -> String? {
            switch self {
            case .keep: existing
            case .value(let text): text
            case .none: nil
            }
        }

        var value: String? {
            if case .value(let text) = self { text } else { nil }
        }
    }

    package var name: String
    package var newName: Field
    package var tag: Field
    package var digest: Field

    package init(name: String, newName: Field = .none, tag: Field = .none, digest: Field = .none) {
        self.name = name
        self.newName = newName
        self.tag = tag
        self.digest = digest
    }

    /// The entry that `kustomize edit set image` would leave: `tagSuffix` is always removed.
    func entry(replacing existing: ImageEntry?) -> ImageEntry {
        ImageEntry(
            name: name,
            newName: newName.resolved(existing?.newName),
            newTag: tag.resolved(existing?.newTag),
            digest: digest.resolved(existing?.digest)
        )
    }

    func requireWritable() throws(EditFailure) {
        guard !name.isEmpty else { throw .invalidTarget(reason: "an image without a name cannot be set") }
        for text in [name, newName.value, tag.value, digest.value].compactMap({ $0 }) {
            guard !text.isEmpty, ScalarRules.isWritable(text) else {
                throw .invalidTarget(
                    reason: "\(excerpt(text)) cannot be written: empty, too long, or with control characters"
                )
            }
        }
    }
}

/// Compares texts by their UTF-8 bytes, as kustomize sorts names.
func precedesBytewise(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// Applies targets to the entries of a kustomization, whatever their spelling in the file.
enum ImageMerge {
    /// Of several entries with one name the first is used; of several targets the last.
    static func result(of targets: [ImageTarget], on entries: [ImageEntry]) -> [String: ImageEntry] {
        var result: [String: ImageEntry] = [:]
        for entry in entries where result[entry.name] == nil { result[entry.name] = entry }
        for target in deduplicated(targets) { result[target.name] = target.entry(replacing: result[target.name]) }
        return result
    }

    /// One target for each name, the last one, in byte order of the names.
    static func deduplicated(_ targets: [ImageTarget]) -> [ImageTarget] {
        var last: [String: ImageTarget] = [:]
        for target in targets { last[target.name] = target }
        return last.values.sorted { precedesBytewise($0.name, $1.name) }
    }
}
