import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// How a push changes the images of the promotion's freight.
///
/// An edit in place shows it directly. For a new or copied branch, the branch's own files before and after count:
/// entries of kustomizations, values that steps have set, and containers of manifests.
struct ImageFacts: Sendable {
    private(set) var steps: [PushProposal.ImageStep] = []
    /// Images whose age could not be compared, with a few words each.
    private(set) var gaps: [String] = []
    /// Images of the freight for which something was found.
    private var traced: Set<String> = []

    /// - Parameters:
    ///   - base: the branch's tree; `nil` for a branch without commits, where nothing is older.
    ///   - containers: containers of the changed manifests; `nil` for an edit in place.
    static func read(
        _ subject: PushSubject,
        base: ObjectID?,
        changes: TreeChanges,
        containers: ManifestPair?,
        in remote: any GitRemote
    ) async throws -> ImageFacts {
        var facts = ImageFacts()
        if subject.isCopied {
            try await facts.add(entriesOf: subject, in: base, remote)
            try await facts.add(valuesOf: subject, in: base, remote)
        } else {
            facts.add(changesOf: subject)
        }
        let freight = await subject.freight().flatMap(\.images)
        if let containers { facts.add(containers, subject, freight) }
        if base != nil, facts.traced.isEmpty, !changes.paths.isEmpty, !freight.isEmpty {
            let names = Listing.text(Set(freight.map { "\($0.repoURL) \($0.tag)" }).sorted(), limit: 3)
            facts.gaps.append("no change is known to come from \(names)")
        }
        return facts
    }

    /// A text for people; `nil` if everything could be compared.
    func warning(branch: String) -> String? {
        guard !gaps.isEmpty else { return nil }
        return
            "whether an image becomes older than what \(branch) has could not be checked: \(Listing.text(gaps, limit: 5))"
    }

    private mutating func add(changesOf subject: PushSubject) {
        for change in subject.imageChanges {
            traced.insert(change.image)
            steps.append(.init(name: change.image, oldTag: change.oldTag, newTag: change.newTag))
        }
        for entry in subject.imagesSet { traced.insert(entry.image) }
        for value in subject.imageValues { add(value, before: value.old) }
    }

    /// The images were set in a copy: the branch's own entries count.
    private mutating func add(
        entriesOf subject: PushSubject,
        in base: ObjectID?,
        _ remote: any GitRemote
    ) async throws {
        var carried: [String: String] = [:]
        for file in (subject.checkout?.editedDirectories ?? []).flatMap(Kustomizations.files) {
            // A file that cannot be read has no images.
            for entry in try await Kustomizations(remote: remote).entries(GitPath(file), in: base).values {
                carried[entry.name] = entry.newTag
            }
        }
        for entry in subject.imagesSet {
            guard let old = carried[entry.name] else { continue }
            traced.insert(entry.image)
            steps.append(.init(name: entry.image, oldTag: old, newTag: entry.newTag))
        }
    }

    private mutating func add(
        valuesOf subject: PushSubject,
        in base: ObjectID?,
        _ remote: any GitRemote
    ) async throws {
        for value in subject.imageValues {
            for file in (subject.checkout?.places(of: value.source) ?? []).sorted() {
                let content = try await Kustomizations(remote: remote).content(GitPath(file), in: base)
                let before = content.flatMap {
                    ScalarLookup.scalars(of: [value.key], in: $0, value.format)[value.key]?.text
                }
                add(value, before: before)
            }
        }
    }

    private mutating func add(_ value: ImageValue, before: String?) {
        traced.insert(value.image)
        guard let before, !before.isEmpty, before != value.new, !value.isDigest else { return }
        guard let old = value.version(of: before) else {
            gaps.append("\(value.key) of \(value.file) has \(ShownText.quoted(before)), which names no version")
            return
        }
        steps.append(.init(name: value.image, oldTag: old, newTag: value.version))
    }

    private mutating func add(_ containers: ManifestPair, _ subject: PushSubject, _ freight: [ImageArtifact]) {
        if let gap = containers.gap { gaps.append(gap) }
        for container in containers.after.values {
            if let image = Self.image(of: container.image, subject, freight) { traced.insert(image) }
        }
        for (_, old, new) in containers.changed {
            let (before, after) = (ImageReferenceArgument.split(old.image), ImageReferenceArgument.split(new.image))
            guard before.name == after.name, before.tag != after.tag,
                let image = Self.image(of: new.image, subject, freight)
            else { continue }
            steps.append(.init(name: image, oldTag: before.tag, newTag: after.tag))
        }
    }

    /// The image of the stage that a container runs, as the subscription writes it.
    ///
    /// An image from another registry, as with kustomize's `newName` or in charts, is recognised by its version. No
    /// other image of the freight may have that version.
    private static func image(of reference: String, _ subject: PushSubject, _ freight: [ImageArtifact]) -> String? {
        let key = ImageKey(reference)
        if let own = subject.subscribed.first(where: { $0.key == key }) { return own.repoURL }
        guard let tag = ImageReferenceArgument.split(reference).tag else { return nil }
        let same = Set(freight.filter { $0.tag == tag }.map(\.repoURL))
        return same.count == 1 ? same.first : nil
    }
}
