/// A kustomization before and after image entries were set.
package struct KustomizationEdit: Equatable, Sendable {
    package var bytes: [UInt8]
    /// In the document's order; if several have one name, only the first.
    package var entriesBefore: [ImageEntry]
    package var entriesAfter: [ImageEntry]
    /// Later entries with the name of an earlier one; if the document was changed, they were removed.
    package var repeatedBefore: [ImageEntry] = []
    /// `false`: `bytes` are the original ones.
    package var changed: Bool
}

/// Sets image entries of a kustomization, and changes nothing else.
///
/// The result has the same set of entries as after `kustomize edit set image`. Every line that need not change keeps
/// its bytes and its place. An edit that is not possible in this way, or not provable, is refused.
package enum KustomizationEditor {
    package static func setImages(
        document: [UInt8],
        targets: [ImageTarget]
    ) throws(EditFailure) -> KustomizationEdit {
        for target in targets { try target.requireWritable() }
        guard targets.count <= YAMLLimits.images else {
            throw .tooManyImages(count: targets.count, limit: YAMLLimits.images)
        }
        let parsed = try YAMLDocument(SourceText(document))
        let list = try ImageList(parsed)
        let before = firsts(list.entries)
        let wanted = ImageMerge.deduplicated(targets)
        let edits = TextEdits(try ImageListEdit.edits(parsed, list, targets: wanted))
        guard !edits.isEmpty else {
            return KustomizationEdit(bytes: document, entriesBefore: before, entriesAfter: before, changed: false)
        }
        guard let bytes = edits.applied(to: document) else {
            throw .cannotProve(line: parsed.root.line, reason: "two changes touch the same bytes")
        }
        let proof = KustomizationProof(document: parsed, list: list, edits: edits, targets: wanted)
        let after = try proof.check(bytes)
        return KustomizationEdit(
            bytes: bytes,
            entriesBefore: before,
            entriesAfter: after,
            repeatedBefore: repeated(list.entries),
            changed: true
        )
    }

    private static func repeated(_ entries: [ImageEntry]) -> [ImageEntry] {
        var seen: Set<String> = []
        return entries.filter { !seen.insert($0.name).inserted }
    }

    private static func firsts(_ entries: [ImageEntry]) -> [ImageEntry] {
        var seen: Set<String> = []
        return entries.filter { seen.insert($0.name).inserted }
    }
}
