import HoistwayModel

/// `helm-update-image` of manifests for Kargo 0.9 to 1.2: sets image values of a values file from freight.
package enum HelmImageUpdate {
    /// The part of an image that a value contains.
    package enum Form: String, CaseIterable, Sendable {
        case imageAndTag = "ImageAndTag"
        case tag = "Tag"
        case imageAndDigest = "ImageAndDigest"
        case digest = "Digest"

        var usesDigest: Bool { self == .imageAndDigest || self == .digest }
    }

    /// An item of `images`, with the freight's version of its image.
    package struct Item: Hashable, Sendable {
        package var image: String
        /// As in the configuration: every dot is a separator, and there are no escapes.
        package var key: String
        package var form: Form
        package var tag: String?
        package var digest: String?

        package init(image: String, key: String, form: Form, tag: String?, digest: String?) {
            self.image = image
            self.key = key
            self.form = form
            self.tag = tag
            self.digest = digest
        }

        /// The new value; `nil` where the freight does not have the part.
        package var value: String? {
            switch form {
            case .imageAndTag: tag.map { "\(image):\($0)" }
            case .tag: tag
            case .imageAndDigest: digest.map { "\(image)@\($0)" }
            case .digest: digest
            }
        }

        /// The image in the commit message.
        var reference: String {
            form.usesDigest ? "\(image)@\(digest ?? "")" : "\(image):\(tag ?? "")"
        }
    }

    /// A value that was set for an image.
    package struct ImageFact: Equatable, Sendable {
        package var key: String
        package var image: String
        /// The text before; empty where the key had no value.
        package var old: String
        package var new: String
        package var place: TextPlace?
        package var changed: Bool
    }

    package struct Result: Equatable, Sendable {
        package var edit: UpdateEdit
        /// In the order of the file.
        package var facts: [ImageFact]
    }

    package static func apply(_ items: [Item], to document: [UInt8]) throws(UpdateFailure) -> Result {
        var updates: [ScalarUpdate] = []
        var images: [String: String] = [:]
        for item in items {
            guard let value = item.value else {
                throw .imageWithoutVersion(image: item.image, part: item.form.usesDigest ? "digest" : "tag")
            }
            let key = escaped(item.key)
            updates.append(ScalarUpdate(key: key, value: .string(value)))
            images[key] = item.image
        }
        let edit = try YAMLUpdate.apply(updates, to: document)
        let facts = edit.changes.map { change in
            ImageFact(
                key: change.key,
                image: images[change.key] ?? "",
                old: change.old ?? "",
                new: change.new,
                place: change.place,
                changed: change.changed
            )
        }
        return Result(edit: edit, facts: facts)
    }

    /// Turns a key of those versions into a key of today's form: a backslash and a colon are literal.
    ///
    /// Today's keys cannot contain a backslash; a key with one is refused for that reason.
    private static func escaped(_ key: String) -> String {
        key.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
    }

    /// The output `commitMessage`; `nil` without items.
    ///
    /// - Parameter path: as in the step's configuration.
    package static func message(path: String, items: [Item]) -> String? {
        guard !items.isEmpty else { return nil }
        return UpdateMessage.text(
            "Updated \(path) to use new image\(items.count > 1 ? "s" : "")",
            items.map(\.reference)
        )
    }
}
