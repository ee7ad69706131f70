/// What is set for Image Updater's images, wherever it stands: annotations of an Application, or an `ImageUpdater`.
protocol ImageUpdaterOptions {
    /// Of an image, else of all; `nil`: nowhere.
    func option(_ name: String, of image: Int) -> ImageUpdaterOption?
    /// Of an image alone.
    func target(_ name: String, of image: Int) -> ImageUpdaterOption?
    /// Of the Application: `write-back-method`, `write-back-target`, `git-branch`, `git-repository`.
    func writeBack(_ name: String) -> ImageUpdaterOption?
    /// Where an option of an image is looked for first, for refusals.
    func place(_ name: String, of image: Int) -> String
}

/// A text and where it stands.
struct ImageUpdaterOption: Equatable {
    var value: String
    var place: String

    /// What is made of it becomes a manifest: nothing in it may be taken for an expression or a variable.
    func plain() throws(TakeoverRefusal) -> ImageUpdaterOption {
        try TakeoverText.check(value, place: place)
        return self
    }
}

/// Texts of other people that get into manifests of ours.
enum TakeoverText {
    static let maxBytes = 4096

    /// By its bytes: a combining mark behind a brace hides none.
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

    /// One refusal for each annotation that is too long to have been kept: without it, filters would not hold.
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

    /// Most annotations that are refused one by one.
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
