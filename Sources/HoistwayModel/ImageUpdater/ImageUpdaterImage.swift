/// An entry of Image Updater's list of images, with its options.
package struct ImageUpdaterImage: Sendable, Equatable {
    /// How the newest tag is found.
    package enum Strategy: String, Sendable, CaseIterable {
        case semver
        case newestBuild = "newest-build"
        case digest
        case alphabetical

        /// Accepts the older names too; `nil`: not known.
        package init?(name: String) {
            switch name.lowercased() {
            case "semver": self = .semver
            case "newest-build", "latest": self = .newestBuild
            case "digest": self = .digest
            case "alphabetical", "name": self = .alphabetical
            default: return nil
            }
        }
    }

    /// The place of the version in the manifests; all empty: the defaults.
    package struct Target: Sendable, Equatable {
        package var kustomizeName: String?
        package var helmName: String?
        package var helmTag: String?
        package var helmSpec: String?

        package var isHelm: Bool { helmName != nil || helmTag != nil || helmSpec != nil }

        package init(
            kustomizeName: String? = nil,
            helmName: String? = nil,
            helmTag: String? = nil,
            helmSpec: String? = nil
        ) {
            self.kustomizeName = kustomizeName
            self.helmName = helmName
            self.helmTag = helmTag
            self.helmSpec = helmSpec
        }
    }

    package var alias: String?
    /// Without tag and digest.
    package var name: String
    /// The text in the place of the tag.
    package var constraint: String?
    package var strategy = Strategy.semver
    /// A regular expression; `nil`: all tags.
    package var allowTags: String?
    /// Shell patterns.
    package var ignoreTags: [String] = []
    package var platforms: [String] = []
    package var target = Target()

    /// The name without tag, for lists: `alias` where there is one.
    var label: String { alias ?? name }

    /// `[alias=]image[:constraint]`.
    init(entry: String, place: String) throws(TakeoverRefusal) {
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed() }
        // A text with a constraint's comparison is not an alias.
        let hasAlias = parts.count == 2 && !parts[0].contains(":") && !parts[0].contains("/")
        let reference = hasAlias ? parts[1] : entry.trimmed()
        if hasAlias {
            guard Self.isAlias(parts[0]) else {
                throw TakeoverRefusal(place, "\(ShownText.quoted(parts[0])) cannot be an alias")
            }
            alias = parts[0]
        }
        guard !reference.contains("@") else {
            throw TakeoverRefusal(
                place,
                "\(ShownText.quoted(reference)) is pinned to a digest: there is nothing to update"
            )
        }
        let folders = reference.split(separator: "/", omittingEmptySubsequences: false)
        let last = folders.last ?? ""
        let colon = last.firstIndex(of: ":")
        let base = colon.map { last[..<$0] } ?? last[...]
        name = (folders.dropLast().map(String.init) + [String(base)]).joined(separator: "/")
        let tag = colon.map { last[last.index(after: $0)...].trimmed() } ?? ""
        constraint = tag.isEmpty ? nil : tag
        guard ImageKey(name) != nil, GeneratedExpression.isPlain(name) else {
            throw TakeoverRefusal(place, "\(ShownText.quoted(name)) is not the name of an image")
        }
    }

    static func isAlias(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
        func isWord(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isWord(first) && text.utf8.allSatisfy { isWord($0) || "-._".utf8.contains($0) }
    }

    // MARK: As a subscription

    func subscription(place: (_ option: String) -> String) throws(TakeoverRefusal) -> GeneratedSubscription {
        var result = GeneratedSubscription(repoURL: name)
        switch strategy {
        case .semver:
            result.constraint = constraint
            result.strictSemvers = false
            if let constraint {
                do throws(SemverConstraintError) {
                    _ = try SemverConstraint(constraint)
                } catch {
                    throw TakeoverRefusal(
                        place("image-list"),
                        "\(ShownText.quoted(constraint)) is not a constraint of versions",
                        hint: "a tag that moves needs `update-strategy: digest`"
                    )
                }
            }
        case .digest:
            result.strategy = .digest
            guard let constraint else {
                throw TakeoverRefusal(
                    place("image-list"),
                    "the strategy digest needs the tag that moves, as in \(name):latest"
                )
            }
            result.constraint = constraint
        case .newestBuild: result.strategy = .newestBuild
        case .alphabetical: result.strategy = .lexical
        }
        result.allowTags = allowTags.map { [$0] } ?? []
        result.ignoreTags = try ignoreTags.map { pattern throws(TakeoverRefusal) in
            guard let expression = Self.expression(glob: pattern) else {
                throw TakeoverRefusal(place("ignore-tags"), "\(ShownText.quoted(pattern)) is not a shell pattern")
            }
            return expression
        }
        // Other strategies do not use them.
        if strategy == .newestBuild || strategy == .digest {
            guard platforms.count <= 1 else {
                throw TakeoverRefusal(
                    place("platforms"),
                    "several platforms: a subscription names one",
                    hint: "leave one, or none for the image of all platforms"
                )
            }
            result.platform = platforms.first
        }
        return result
    }

    /// A regular expression for the whole tag from a shell pattern; `nil`: the pattern is not valid.
    static func expression(glob: String) -> String? {
        var result = "^"
        var rest = glob[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": result += ".*"
            case "?": result += "."
            case "[":
                guard let close = rest.dropFirst().firstIndex(of: "]") else { return nil }
                var set = rest[..<close]
                let isNegated = set.first == "^" || set.first == "!"
                if isNegated { set.removeFirst() }
                guard !set.isEmpty, !set.contains("["), !set.contains("\\") else { return nil }
                result += "[\(isNegated ? "^" : "")\(set.replacing("^", with: "\\^"))]"
                rest = rest[rest.index(after: close)...]
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                result += Self.literal(escaped)
            default: result += Self.literal(character)
            }
        }
        return result + "$"
    }

    private static func literal(_ character: Character) -> String {
        "\\.+*?()|[]{}^$".contains(character) ? "\\\(character)" : String(character)
    }

    // MARK: Written values

    /// The tag that Image Updater writes: with its digest where the strategy follows that.
    var tagText: String {
        strategy == .digest
            ? "\(GeneratedExpression.bareTag(of: name))@\(GeneratedExpression.digest(of: name))"
            : GeneratedExpression.tag(of: name)
    }

    /// The tag inside a text.
    var tagInText: String { strategy == .digest ? tagText : GeneratedExpression.bareTag(of: name) }

    /// The values of a chart for the image; the defaults are `image.name` and `image.tag`.
    func helmValues(withDefaults: Bool) -> [GeneratedStep.Value]? {
        if let spec = target.helmSpec { return [.init(spec, "\(name):\(tagInText)")] }
        guard withDefaults || target.helmName != nil && target.helmTag != nil else { return nil }
        return [.init(target.helmName ?? "image.name", name), .init(target.helmTag ?? "image.tag", tagText)]
    }
}
