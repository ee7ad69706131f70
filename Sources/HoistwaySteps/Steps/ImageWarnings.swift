import HoistwayEdits
import HoistwayModel

/// Warnings about the image entries that a step has set.
struct ImageWarnings {
    /// What the step has changed.
    let edit: KustomizationEdit
    /// What it was meant to change.
    let plan: ImagePlan
    /// The kustomization's path in its repository.
    let file: String

    private var names: Set<String> { Set(plan.targets.map(\.name)) }

    /// Entries whose tag may mean another image later.
    func unpinned() -> String? {
        let images = edit.entriesAfter.compactMap { entry -> String? in
            guard names.contains(entry.name), entry.digest == nil, let tag = entry.newTag else { return nil }
            return "\(entry.newName ?? entry.name):\(tag)"
        }
        guard !images.isEmpty else { return nil }
        return images.count == 1
            ? "the tag \(images[0]) is not pinned by its digest"
            : "the tags \(Listing.text(images)) are not pinned by their digests"
    }

    /// The parts that the edit has removed.
    func removed() -> String? {
        let removals = edit.removals
        guard !removals.isEmpty else { return nil }
        let hasNewName = removals.contains { if case .newName = $0.part { true } else { false } }
        let hint = hasNewName ? "; `newName: \"*\"` for the image in the step keeps a newName" : ""
        return "the edit of \(file) took away \(Listing.text(removals.map(\.description), limit: 10))\(hint)"
    }

    /// Images that could not be set at all.
    func unset() -> String? {
        guard !plan.unset.isEmpty else { return nil }
        let one = plan.unset.count == 1
        return
            "\(file) gives \(Listing.text(plan.unset)) no version: the \(one ? "entry of that name makes" : "entries of those names make") "
            + "\(one ? "another image of it" : "other images of them"), whose version was set there"
    }

    /// Entries that give the step's image another name than its own.
    func renamed() -> [String] {
        edit.entriesAfter.compactMap { entry in
            guard names.contains(entry.name), let image = plan.images[entry.name], entry.name != image,
                entry.newName == nil, !entry.results(in: image)
            else { return nil }
            return "the entry \(entry.name) of \(file) results in the image \(entry.name), and not in \(image): "
                + "`newName: \(image)` for the image in the step makes it so"
        }
    }

    /// Entries that match no container.
    func unused(_ search: ManifestSearch, folder: WorkspacePath, _ content: [UInt8]) async -> String? {
        guard !names.isEmpty,
            let unnamed = await search.unnamed(names, of: edit.entriesAfter, in: folder, content), !unnamed.isEmpty
        else { return nil }
        return "no container of the manifests that \(file) is built from names \(Listing.text(unnamed)): "
            + "\(unnamed.count == 1 ? "its entry sets" : "their entries set") nothing"
    }
}
