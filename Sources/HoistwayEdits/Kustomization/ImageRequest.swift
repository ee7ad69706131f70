import HoistwayModel

/// An image and the version that a kustomization is to give it.
package struct ImageRequest: Hashable, Sendable {
    /// As the freight or the step names it.
    package var image: String
    /// The entry that alone is meant; `nil`: the entries whose result is the image.
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

/// Which entries of a kustomization are to be set so that it gives images their versions.
///
/// Kargo sets the entry that has the image's name, and adds it where there is none. An entry such as
/// `{name: frontend, newName: registry/app}` then keeps its old tag, and the added entry sets nothing. So here the
/// entries whose result is the image come first.
package struct ImagePlan: Equatable, Sendable {
    /// One for each entry.
    package private(set) var targets: [ImageTarget] = []
    /// The image that each entry stands for, by the entry's name.
    package private(set) var images: [String: String] = [:]
    /// Images that no entry can be set for: the entry of that name makes another requested image of it.
    package private(set) var unset: [String] = []

    /// - Parameter entries: those of the kustomization; of several with one name the first counts.
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
    /// Neither an entry nor a new name is given.
    fileprivate var isForResults: Bool {
        (name == nil || name == image) && newName.value == nil
    }
}

extension ImageEntry {
    /// Whether the image that the entry makes of a container's is this one, whatever its version.
    package func results(in image: String) -> Bool {
        if let newName { return Self.isSame(newName, image) }
        // A name with a tag meets containers of that tag only; what it makes of them has the name alone.
        return Self.isSame(ImageReferenceArgument.split(name).name, image)
    }

    /// Whether the entry is the one of an image, however the image's name is written.
    fileprivate func isNamed(_ image: String) -> Bool { Self.isSame(name, image) }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let parts = ImageReferenceArgument.split(one)
        guard parts.tag == nil, parts.digest == nil, let key = ImageKey(one) else { return false }
        return ImageKey(other) == key
    }
}
