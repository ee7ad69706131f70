import HashTreeCollections

/// The digest of each tag of a subscription when it was last seen.
///
/// Copies and changes are cheap, however many tags there are. Changes that are not stored yet are kept separately, so
/// that the store writes no tag twice.
package struct KnownTags: Sendable {
    /// The most tags that are kept.
    package static let most = 500
    /// With more tags, this many are removed together: those that were last seen the longest time ago.
    private static let slice = 50

    package struct Tag: Sendable, Equatable, Codable {
        package var tag: String
        package var digest: String

        package init(tag: String, digest: String) {
            self.tag = tag
            self.digest = digest
        }
    }

    /// The part that is not in the store yet.
    package enum Unstored: Sendable, Equatable {
        /// All of them: the store's content is replaced.
        case whole
        case edits([Edit])
    }

    package enum Edit: Sendable, Equatable {
        /// Replaces the tag's earlier digest.
        case put(Tag, number: Int)
        case remove(tag: String)
    }

    private struct Known: Sendable, Equatable {
        var digest: String
        /// Increases from tag to tag.
        var number: Int
    }

    private var byTag: TreeDictionary<String, Known> = [:]
    private var next = 0
    private var unstored = Unstored.whole

    /// - Parameter tags: in the order in which they were seen.
    package init(_ tags: some Sequence<Tag> = []) {
        for tag in tags { remember(tag) }
    }

    /// From the store's rows, in any order.
    package init(stored rows: some Sequence<(tag: Tag, number: Int)>) {
        for (tag, number) in rows where byTag[tag.tag].map({ $0.number < number }) ?? true {
            byTag[tag.tag] = Known(digest: tag.digest, number: number)
            next = max(next, number + 1)
        }
        unstored = .edits([])
    }

    package var count: Int { byTag.count }

    package func digest(of tag: String) -> String? { byTag[tag]?.digest }

    package mutating func remember(_ tag: Tag) {
        byTag[tag.tag] = Known(digest: tag.digest, number: next)
        note(.put(tag, number: next))
        next += 1
        guard count > Self.most else { return }
        for oldest in byTag.sorted(by: { $0.value.number < $1.value.number }).prefix(Self.slice) {
            byTag[oldest.key] = nil
            note(.remove(tag: oldest.key))
        }
    }

    private mutating func note(_ edit: Edit) {
        guard case .edits(let edits) = unstored else { return }
        unstored = .edits(edits + [edit])
    }

    /// The writes to the store; `isWhole`: all tags of the subscription are removed from it first.
    package var writes: (isWhole: Bool, edits: [Edit]) {
        switch unstored {
        case .whole: (true, byTag.map { .put(Tag(tag: $0.key, digest: $0.value.digest), number: $0.value.number) })
        case .edits(let edits): (false, edits)
        }
    }

    /// The same tags, marked as stored.
    package var stored: KnownTags {
        var stored = self
        stored.unstored = .edits([])
        return stored
    }
}

extension KnownTags: Equatable {
    /// Equal tags are equal, whatever part of them is in the store.
    package static func == (left: Self, right: Self) -> Bool { left.byTag == right.byTag }
}
