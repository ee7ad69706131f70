import HoistwayModel

/// An image, and the version that a kustomization must give it.
package struct ImageRequest: Hashable, Sendable {
    /// The name in the freight or the step.
    package var image: String
    /// The only entry to set; `nil`: the entries whose result is the image.
    package var name: String?
    package var newName: ImageTarget.Field
    package var tag: ImageTarget.Field
    package var digest: ImageTarget.Field

    package init(
        image: String,
        name: String? = nil,
        newName: ImageTarget.Field = .none,
        tag: ImageTarget.Field = .none,
        digest: ImageTarget.Field = .none
    ) {
        self.image = image
        self.name = name
        self.newName = newName
        self.tag = tag
        self.digest = digest
    }
}

/// The entries of a kustomization to set, so that it gives images their versions.
///
/// Kargo sets the entry with the image's name, and adds it where there is none. An entry such as `{name: frontend,
/// newName: registry/app}` then keeps its old tag, and the added entry has no effect. So here the entries whose result
/// is the image come first.
package struct ImagePlan: Equatable, Sendable {
    /// One for each entry.
    package private(set) var targets: [ImageTarget] = []
    /// The image of each entry, by the entry's name.
    package private(set) var images: [String: String] = [:]
    /// Images without a usable entry: the entry with the image's name turns it into another requested image.
    package private(set) var unset: [String] = []

    /// - Parameter entries: those of the kustomization; if several have one name, the first counts.
    package init(_ requests: [ImageRequest], on entries: [ImageEntry]) {
        var firsts: [ImageEntry] = []
        for entry in entries where !firsts.contains(where: { $0.name == entry.name }) { firsts.append(entry) }
        let byResult = requests.map { request in
            request.isForResults ? firsts.filter { $0.results(in: request.image) } : []
        }
        let claimed = Set(byResult.joined().map(\.name))
        for (request, matching) in zip(requests, byResult) {
            if !matching.isEmpty {
                for entry in matching { set(request, entry.name, keepsNewName: true) }
                continue
            }
            guard request.isForResults else {
                let name = request.name ?? request.image
                let existing = firsts.first { $0.name == name }
                let isSame = request.newName == .none && existing?.results(in: request.image) == true
                set(request, name, keepsNewName: isSame)
                continue
            }
            let name = firsts.first { $0.isNamed(request.image) }?.name ?? request.image
            if claimed.contains(name) { unset.append(request.image) } else { set(request, name, keepsNewName: false) }
        }
    }

    private mutating func set(_ request: ImageRequest, _ name: String, keepsNewName: Bool) {
        let target = ImageTarget(
            name: name,
            newName: keepsNewName ? .keep : request.newName,
            tag: request.tag,
            digest: request.digest
        )
        targets.removeAll { $0.name == name }
        targets.append(target)
        images[name] = request.image
    }
}

extension ImageRequest {
    /// Whether the request gives neither an entry nor a new name.
    fileprivate var isForResults: Bool {
        (name == nil || name == image) && newName.value == nil
    }
}

extension ImageEntry {
    /// Whether the entry's result is this image, in any version.
    package func results(in image: String) -> Bool {
        if let newName { return Self.isSame(newName, image) }
        // An entry whose name has a tag matches containers with that tag only; its result has the name without the tag.
        return Self.isSame(ImageReferenceArgument.split(name).name, image)
    }

    /// Whether the entry has the name of an image, in any spelling.
    fileprivate func isNamed(_ image: String) -> Bool { Self.isSame(name, image) }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let parts = ImageReferenceArgument.split(one)
        guard parts.tag == nil, parts.digest == nil, let key = ImageKey(one) else { return false }
        return ImageKey(other) == key
    }
}
