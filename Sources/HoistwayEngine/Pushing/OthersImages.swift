import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// What other stages own on the branch of a push, and how the push would change it.
struct OthersImages: Sendable {
    /// A value or an image of another stage that would change.
    struct Found: Sendable {
        enum Place: Sendable {
            /// A value of the other stage, as the branch has it.
            case value(key: String, ScalarLookup.Format, ScalarLookup.Found)
            /// A container of a manifest, with the branch's image.
            case container(ManifestContainers.Key, String)
        }

        var file: GitPath
        var place: Place
        var entry: PushProposal.OthersEntry
    }

    let subject: PushSubject
    let remote: any GitRemote

    func find(
        _ changes: TreeChanges,
        from base: ObjectID,
        to tree: ObjectID,
        containers: ManifestPair?
    ) async throws -> [Found] {
        let others = subject.core.footprints(on: subject.owned).filter { $0.stage != subject.stage.key }
        guard !others.isEmpty else { return [] }
        return try await values(others, changes, base, tree) + markers(others, changes, base, tree)
            + images(others, containers)
    }

    private typealias Footprints = [(stage: StageKey, footprint: BranchFootprint)]

    private func values(
        _ others: Footprints,
        _ changes: TreeChanges,
        _ base: ObjectID,
        _ tree: ObjectID
    ) async throws -> [Found] {
        let touched = Set(changes.changed + changes.deleted)
        let own = Set(subject.imageValues.map { [$0.file, $0.key] })
        let kustomizations = Kustomizations(remote: remote)
        var found: [Found] = []
        for (stage, footprint) in others {
            for edited in footprint.editedFiles where !edited.keys.isEmpty {
                let file = GitPath(edited.path)
                guard touched.contains(file), let old = try await kustomizations.content(file, in: base) else {
                    continue
                }
                let format = ScalarLookup.Format(edited.format)
                let before = ScalarLookup.scalars(of: edited.keys, in: old, format)
                let new = try await kustomizations.content(file, in: tree)
                let after = new.map { ScalarLookup.scalars(of: edited.keys, in: $0, format) } ?? [:]
                for (key, value) in before.sorted(by: { $0.key < $1.key })
                where value.text != after[key]?.text && !own.contains([edited.path, key]) {
                    found.append(
                        Found(
                            file: file,
                            place: .value(key: key, format, value),
                            entry: .init(
                                file: edited.path,
                                name: key,
                                stage: stage,
                                old: value.text,
                                new: after[key]?.text
                            )
                        )
                    )
                }
            }
        }
        return found
    }

    /// The values behind the markers of other stages' policies.
    private func markers(
        _ others: Footprints,
        _ changes: TreeChanges,
        _ base: ObjectID,
        _ tree: ObjectID
    ) async throws -> [Found] {
        let own = Set(subject.imageValues.map { [$0.file, $0.key] })
        let kustomizations = Kustomizations(remote: remote)
        var found: [Found] = []
        for (stage, edited) in others.flatMap({ other in other.footprint.editedTrees.map { (other.stage, $0) } }) {
            let folder = GitPath(edited.path)
            let touched = (changes.changed + changes.deleted).filter {
                PromotionPlan.EditedTree.mayHoldMarkers($0) && $0.isInside(folder)
            }
            for file in touched.sorted() {
                guard let old = try await kustomizations.content(file, in: base) else { continue }
                let before = FluxSetters.scalars(of: Set(edited.policies), in: old)
                guard !before.isEmpty else { continue }
                let new = try await kustomizations.content(file, in: tree)
                let after = FluxSetters.scalars(of: Set(edited.policies), in: new ?? [])
                for (key, value) in before.sorted(by: { $0.key < $1.key })
                where value.text != after[key]?.text && !own.contains([file.matchable, key]) {
                    found.append(
                        Found(
                            file: file,
                            place: .value(key: key, .fluxMarkers, value),
                            entry: .init(
                                file: file.matchable,
                                name: key,
                                stage: stage,
                                old: value.text,
                                new: after[key]?.text
                            )
                        )
                    )
                }
            }
        }
        return found
    }

    private func images(_ others: Footprints, _ containers: ManifestPair?) -> [Found] {
        guard let containers else { return [] }
        let own = Set(subject.subscribed.map(\.key))
        return containers.changed.compactMap { key, old, new in
            guard let image = ImageKey(old.image), !own.contains(image),
                let owner = others.first(where: { other in
                    other.footprint.madePlaces.contains { new.file.isInside(GitPath($0)) }
                        && subject.core.images(of: other.stage).contains { ImageKey($0) == image }
                })
            else { return nil }
            return Found(
                file: new.file,
                place: .container(key, old.image),
                entry: .init(
                    file: new.file.description,
                    name: ImageReferenceArgument.split(old.image).name,
                    stage: owner.stage,
                    old: old.image,
                    new: new.image
                )
            )
        }
    }
}

extension [OthersImages.Found] {
    /// The file with all these values as the branch has them; `nil` if a part cannot be set without changing something
    /// else.
    func kept(in content: [UInt8]) throws(UpdateFailure) -> [UInt8]? {
        var content = content
        var containers: [ManifestContainers.Key: String] = [:]
        for found in self {
            switch found.place {
            case .value(let key, let format, let value):
                content = try ScalarLookup.setting([key: value], in: content, format)
            case .container(let key, let image): containers[key] = image
            }
        }
        return containers.isEmpty ? content : ManifestContainers.setting(containers, in: content)
    }
}

extension ScalarLookup.Format {
    fileprivate init(_ format: PromotionPlan.EditedFile.Format) {
        switch format {
        case .yaml: self = .yaml
        case .json: self = .json
        case .toml: self = .toml
        }
    }
}
