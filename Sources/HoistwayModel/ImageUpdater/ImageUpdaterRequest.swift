/// The settings of Image Updater for one Application.
package struct ImageUpdaterRequest: Sendable, Equatable {
    package enum Method: Sendable, Equatable {
        /// Writes images and parameters of the Application itself.
        case argocd
        /// Writes a commit to the source's repository.
        case git
    }

    package var images: [ImageUpdaterImage]
    package var method: Method
    /// `git-repository`; `nil`: the source's own repository.
    package var repository: String?
    /// `write-back-target`.
    package var target: String?
    /// `git-branch`.
    package var branch: String?
    /// Settings that have no effect here, for people.
    package var notes: [String]
    /// The places of `git-repository`, `write-back-target` and `git-branch`.
    var places: [String: String]

    /// - Parameter entries: the entries of the list of images.
    init(entries: [(text: String, place: String)], options: some ImageUpdaterOptions) throws(TakeoverRefusals) {
        var refusals: [TakeoverRefusal] = []
        func attempt<Value>(_ body: () throws(TakeoverRefusal) -> Value) -> Value? {
            do throws(TakeoverRefusal) {
                return try body()
            } catch {
                refusals.append(error)
                return nil
            }
        }
        var images: [ImageUpdaterImage] = []
        var notes: [String] = []
        for (index, entry) in entries.enumerated() {
            let image = attempt { () throws(TakeoverRefusal) -> ImageUpdaterImage in
                try TakeoverText.check(entry.text, place: entry.place)
                return try ImageUpdaterImage(entry: entry.text, place: entry.place)
                    .reading(options, at: index, notes: &notes)
            }
            if let image { images.append(image) }
        }
        self.images = images
        method = .argocd
        if let option = options.writeBack("write-back-method") {
            switch option.value {
            case "", "argocd": method = .argocd
            case "git": method = .git
            case let text where text == "git:repocreds" || text.hasPrefix("git:secret:"):
                method = .git
                notes.append("\(option.place): the credentials are Hoistway's own")
            default:
                refusals.append(
                    TakeoverRefusal(
                        option.place,
                        "\(ShownText.quoted(option.value)) is not a way of writing back",
                        hint: "argocd and git are"
                    )
                )
            }
        }
        places = [:]
        for name in ["git-repository", "write-back-target", "git-branch"] {
            guard let option = options.writeBack(name) else { continue }
            places[name] = option.place
            guard attempt(option.plain) != nil, !option.value.isEmpty else { continue }
            switch name {
            case "git-repository": repository = option.value
            case "git-branch": branch = option.value
            default: target = option.value
            }
        }
        self.notes = notes
        guard refusals.isEmpty else { throw TakeoverRefusals(all: refusals) }
    }
}

/// All reasons against the takeover of one Application.
package struct TakeoverRefusals: Error, Equatable, Sendable {
    package var all: [TakeoverRefusal]

    init(all: [TakeoverRefusal]) {
        self.all = all
    }
}

extension ImageUpdaterImage {
    /// The image with its options.
    fileprivate func reading(
        _ options: some ImageUpdaterOptions,
        at index: Int,
        notes: inout [String]
    ) throws(TakeoverRefusal) -> ImageUpdaterImage {
        var image = self
        if let option = try options.option("update-strategy", of: index)?.plain() {
            if let strategy = Strategy(name: option.value) {
                image.strategy = strategy
            } else {
                notes.append("\(option.place): \(ShownText.quoted(option.value)) is not known, and means semver")
            }
        }
        if image.constraint != nil, image.strategy == .newestBuild || image.strategy == .alphabetical {
            notes.append("\(options.place("update-strategy", of: index)): the constraint of \(label) has no effect")
        }
        if let option = try options.option("allow-tags", of: index)?.plain() {
            image.allowTags = try Self.allowed(option)
        }
        if let option = try options.option("ignore-tags", of: index)?.plain() {
            image.ignoreTags = Self.list(option)
        }
        if let option = try options.option("platforms", of: index)?.plain() {
            image.platforms = Self.list(option)
        }
        if let option = options.option("pull-secret", of: index) {
            notes.append("\(option.place): registries are read with Hoistway's own credentials")
        }
        image.target = Target(
            kustomizeName: try kustomizeName(options.target("kustomize.image-name", of: index)?.plain()),
            helmName: try Self.key(options.target("helm.image-name", of: index)?.plain()),
            helmTag: try Self.key(options.target("helm.image-tag", of: index)?.plain()),
            helmSpec: try Self.key(options.target("helm.image-spec", of: index)?.plain())
        )
        if image.target.kustomizeName != nil, image.target.isHelm {
            throw TakeoverRefusal(
                options.place("kustomize.image-name", of: index),
                "\(label) has targets of Kustomize and of Helm",
                hint: "leave those of the one that the source uses"
            )
        }
        return image
    }

    /// Splits a list like Image Updater: a combining mark after a comma cannot hide it.
    private static func list(_ option: ImageUpdaterOption) -> [String] {
        option.value.unicodeScalars.split(separator: ",").map { String($0).trimmed() }.filter { !$0.isEmpty }
    }

    private static func allowed(_ option: ImageUpdaterOption) throws(TakeoverRefusal) -> String? {
        if option.value.lowercased() == "any" { return nil }
        let parts = option.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "regexp" else {
            throw TakeoverRefusal(
                option.place,
                "\(ShownText.quoted(option.value)) matches no tag",
                hint: "write regexp:EXPRESSION, or any"
            )
        }
        return String(parts[1])
    }

    private func kustomizeName(_ option: ImageUpdaterOption?) throws(TakeoverRefusal) -> String? {
        guard let option, !option.value.isEmpty else { return nil }
        guard GeneratedExpression.isPlain(option.value), !option.value.contains("=") else {
            throw TakeoverRefusal(option.place, "\(ShownText.quoted(option.value)) is not the name of an image")
        }
        return option.value
    }

    /// A key of values: names with dots between them, and `[0]` for items of lists.
    private static func key(_ option: ImageUpdaterOption?) throws(TakeoverRefusal) -> String? {
        guard let option, !option.value.isEmpty else { return nil }
        let isPlain = option.value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./[]".utf8.contains(byte)
        }
        guard isPlain else {
            throw TakeoverRefusal(option.place, "\(ShownText.quoted(option.value)) is not a key of values")
        }
        return option.value
    }
}
