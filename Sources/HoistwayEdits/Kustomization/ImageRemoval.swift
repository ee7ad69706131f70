/// Something that an edit removes from the image entries of a kustomization.
package struct ImageRemoval: Hashable, Sendable, CustomStringConvertible {
    package enum Part: Hashable, Sendable {
        case newName(String)
        case newTag(String)
        case digest(String)
        case tagSuffix(String)
        /// A later entry with the name of an earlier one: kustomize uses the first.
        case repeatedEntry(String)
    }

    /// The entry's name.
    package var name: String
    package var part: Part

    package var description: String {
        switch part {
        case .newName(let text): "newName \(excerpt(text)) of \(excerpt(name))"
        case .newTag(let text): "the tag \(excerpt(text)) of \(excerpt(name))"
        case .digest: "the digest pin of \(excerpt(name))"
        case .tagSuffix(let text): "tagSuffix \(excerpt(text)) of \(excerpt(name))"
        case .repeatedEntry(let reference): "a second entry of \(excerpt(name)) (\(excerpt(reference)))"
        }
    }

    /// The parts that an entry has lost; a tag that a digest replaces and a value that was changed do not count as
    /// lost.
    package static func between(_ old: ImageEntry, _ new: ImageEntry) -> [ImageRemoval] {
        var parts: [Part] = []
        if let text = old.newName, new.newName == nil { parts.append(.newName(text)) }
        if let text = old.newTag, new.newTag == nil, new.digest == nil { parts.append(.newTag(text)) }
        if let text = old.digest, new.digest == nil { parts.append(.digest(text)) }
        if let text = old.tagSuffix, new.tagSuffix == nil { parts.append(.tagSuffix(text)) }
        return parts.map { ImageRemoval(name: old.name, part: $0) }
    }
}

extension KustomizationEdit {
    /// The parts that the edit has removed, in the order of the entries.
    package var removals: [ImageRemoval] {
        guard changed else { return [] }
        let after = Dictionary(entriesAfter.map { ($0.name, $0) }) { first, _ in first }
        let lost = entriesBefore.flatMap { old in after[old.name].map { ImageRemoval.between(old, $0) } ?? [] }
        return lost
            + repeatedBefore.map { ImageRemoval(name: $0.name, part: .repeatedEntry($0.reference)) }
    }
}
