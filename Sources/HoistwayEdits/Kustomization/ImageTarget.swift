/// What an image entry shall be: it replaces the whole entry of that name.
package struct ImageTarget: Hashable, Sendable {
    package enum Field: Hashable, Sendable {
        /// What the entry has now, if anything: kustomize's `*`.
        case keep
        case value(String)
        case none

        /// Reads a step's or an argument's text, where `*` keeps and an empty or absent one removes.
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

    /// The entry as `kustomize edit set image` leaves it: `tagSuffix` always goes.
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

/// Orders texts by their UTF-8 bytes, as kustomize sorts names.
func precedesBytewise(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// The entries of a kustomization and what targets make of them, without regard to how they are written.
enum ImageMerge {
    /// Of several entries with one name the first counts; of several targets the last.
    static func result(of targets: [ImageTarget], on entries: [ImageEntry]) -> [String: ImageEntry] {
        var result: [String: ImageEntry] = [:]
        for entry in entries where result[entry.name] == nil { result[entry.name] = entry }
        for target in deduplicated(targets) { result[target.name] = target.entry(replacing: result[target.name]) }
        return result
    }

    /// One target a name, the last of each, in byte order of the names.
    static func deduplicated(_ targets: [ImageTarget]) -> [ImageTarget] {
        var last: [String: ImageTarget] = [:]
        for target in targets { last[target.name] = target }
        return last.values.sorted { precedesBytewise($0.name, $1.name) }
    }
}
