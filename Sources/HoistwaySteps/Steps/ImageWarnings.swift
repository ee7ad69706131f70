import HoistwayEdits
import HoistwayModel

/// What may surprise of the image entries that a step has set.
struct ImageWarnings {
    /// What the step has done.
    let edit: KustomizationEdit
    /// Names of the entries that it was to set.
    let names: Set<String>
    /// The kustomization's path in its repository.
    let file: String

    /// Entries that leave open which image the tag will mean tomorrow.
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

    /// New entries that no manifest has an image for.
    func unused(_ search: ManifestSearch, folder: String, before: [UInt8]) async -> String? {
        let old = Set(edit.entriesBefore.map(\.name))
        let new = edit.entriesAfter.map(\.name).filter { names.contains($0) && !old.contains($0) }
        guard !new.isEmpty, let unused = await search.unmentioned(new, in: folder, before), !unused.isEmpty else {
            return nil
        }
        return "no manifest that \(file) is built from mentions \(Listing.text(unused)): "
            + "\(unused.count == 1 ? "its new entry sets" : "their new entries set") nothing"
    }
}
