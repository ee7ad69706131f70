/// One entry of a kustomization's `images`.
package struct ImageEntry: Hashable, Sendable, Codable {
    package var name: String
    package var newName: String?
    package var newTag: String?
    package var digest: String?
    package var tagSuffix: String?

    package init(
        name: String,
        newName: String? = nil,
        newTag: String? = nil,
        digest: String? = nil,
        tagSuffix: String? = nil
    ) {
        self.name = name
        self.newName = newName
        self.newTag = newTag
        self.digest = digest
        self.tagSuffix = tagSuffix
    }

    /// The image that the entry gives, in the form for people: `repo/app:1.2@sha256:…`.
    package var reference: String {
        (newName ?? name) + (newTag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
    }

    subscript(field: ImageField) -> String? {
        get {
            switch field {
            case .name: name
            case .newName: newName
            case .tagSuffix: tagSuffix
            case .newTag: newTag
            case .digest: digest
            }
        }
        set {
            switch field {
            case .name: name = newValue ?? ""
            case .newName: newName = newValue
            case .tagSuffix: tagSuffix = newValue
            case .newTag: newTag = newValue
            case .digest: digest = newValue
            }
        }
    }
}

/// The keys of an image entry, in the order in which kustomize's API declares them.
enum ImageField: String, CaseIterable {
    case name, newName, tagSuffix, newTag, digest
}
