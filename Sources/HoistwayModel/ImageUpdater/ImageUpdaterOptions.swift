/// The options for Image Updater's images, from annotations of an Application or from an `ImageUpdater`.
protocol ImageUpdaterOptions {
    /// The option of an image, or else that of all images; `nil`: there is none.
    func option(_ name: String, of image: Int) -> ImageUpdaterOption?
    /// The option of an image only.
    func target(_ name: String, of image: Int) -> ImageUpdaterOption?
    /// The option of the Application: `write-back-method`, `write-back-target`, `git-branch`, `git-repository`.
    func writeBack(_ name: String) -> ImageUpdaterOption?
    /// The first place that is searched for an option of an image, for refusals.
    func place(_ name: String, of image: Int) -> String
}

/// A text and its place.
struct ImageUpdaterOption: Equatable {
    var value: String
    var place: String

    /// The text becomes part of a manifest, so it must contain no expression and no variable.
    func plain() throws(TakeoverRefusal) -> ImageUpdaterOption {
        try TakeoverText.check(value, place: place)
        return self
    }
}

/// Checks texts of other people that become part of our manifests.
enum TakeoverText {
    static let maxBytes = 4096

    /// Compares bytes, so that a combining mark after a brace cannot hide an expression.
    private static func beginsExpression(_ text: String) -> Bool {
        zip(text.utf8, text.utf8.dropFirst()).contains { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "{") }
    }

    static func check(_ text: String, place: String) throws(TakeoverRefusal) {
        guard text.utf8.count <= maxBytes else {
            throw TakeoverRefusal(place, "it has \(text.utf8.count) bytes, and at most \(maxBytes) are read")
        }
        guard !beginsExpression(text), text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            throw TakeoverRefusal(
                place,
                "\(ShownText.quoted(text)) holds ${ or a control character",
                hint: "what stands there becomes a manifest, in which ${ begins an expression or a variable"
            )
        }
    }
}

/// The annotations `argocd-image-updater.argoproj.io/…` of an Application.
struct ImageUpdaterAnnotations: ImageUpdaterOptions {
    static let prefix = "argocd-image-updater.argoproj.io/"

    /// The aliases of the images, in their order; empty: none.
    let aliases: [String]
    let annotations: [String: String]
    let object: String

    /// One refusal for each annotation that is too long to be kept: without it, filters would be ignored.
    static func oversized(_ manifest: ApplicationManifest) -> [TakeoverRefusal] {
        let application = manifest.application
        let keys = application.oversizedAnnotations.keys.filter { $0.hasPrefix(prefix) }.sorted()
        return keys.prefix(maxOversized).compactMap { key in
            let limit = key == prefix + "image-list" ? Application.maxAnnotation : TakeoverText.maxBytes
            return application.oversize(of: key, limit: limit).map { reason in
                TakeoverRefusal(
                    "\(manifest.object): metadata.annotations[\(ShownText.bare(key))]",
                    reason,
                    hint: "make it shorter: without it, another image, tag or file than was meant could be taken"
                )
            }
        }
    }

    /// The most annotations that are refused one by one.
    private static let maxOversized = 10

    func option(_ name: String, of image: Int) -> ImageUpdaterOption? {
        target(name, of: image) ?? writeBack(name)
    }

    func target(_ name: String, of image: Int) -> ImageUpdaterOption? {
        aliases[image].isEmpty ? nil : writeBack("\(aliases[image]).\(name)")
    }

    func writeBack(_ name: String) -> ImageUpdaterOption? {
        annotations[Self.prefix + name].map { ImageUpdaterOption(value: $0.trimmed(), place: place(name)) }
    }

    func place(_ name: String, of image: Int) -> String {
        let own = aliases[image].isEmpty ? name : "\(aliases[image]).\(name)"
        return place(annotations[Self.prefix + own] == nil && annotations[Self.prefix + name] != nil ? name : own)
    }

    func place(_ name: String) -> String { "\(object): metadata.annotations[\(Self.prefix)\(name)]" }
}
