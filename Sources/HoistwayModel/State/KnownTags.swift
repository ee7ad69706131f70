import HashTreeCollections

/// Which digest each tag of a subscription had when it was last seen.
///
/// A copy costs nothing, and so does a change, however many tags there are. What has changed since it was stored is kept
/// beside, so that the store writes no tag twice.
package struct KnownTags: Sendable {
    /// How many tags are remembered at most.
    package static let most = 500
    /// So many go together where there are more, those first that were seen the longest time ago.
    private static let slice = 50

    package struct Tag: Sendable, Equatable, Codable {
        package var tag: String
        package var digest: String

        package init(tag: String, digest: String) {
            self.tag = tag
            self.digest = digest
        }
    }

    /// What the store does not have.
    package enum Unstored: Sendable, Equatable {
        /// All of them: whatever the store has takes no part.
        case whole
        case edits([Edit])
    }

    package enum Edit: Sendable, Equatable {
        /// In place of the tag's former digest.
        case put(Tag, number: Int)
        case remove(tag: String)
    }

    private struct Known: Sendable, Equatable {
        var digest: String
        /// Grows from tag to tag.
        var number: Int
    }

    private var byTag: TreeDictionary<String, Known> = [:]
    private var next = 0
    private var unstored = Unstored.whole

    /// - Parameter tags: in the order seen.
    package init(_ tags: some Sequence<Tag> = []) {
        for tag in tags { remember(tag) }
    }

    /// As the store has them, in any order.
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

    /// What is to be written so that the store has them; `isWhole`: after it has removed what it has of them.
    package var writes: (isWhole: Bool, edits: [Edit]) {
        switch unstored {
        case .whole: (true, byTag.map { .put(Tag(tag: $0.key, digest: $0.value.digest), number: $0.value.number) })
        case .edits(let edits): (false, edits)
        }
    }

    /// The same once they are stored.
    package var stored: KnownTags {
        var stored = self
        stored.unstored = .edits([])
        return stored
    }
}

extension KnownTags: Equatable {
    /// Whatever the store has of them.
    package static func == (left: Self, right: Self) -> Bool { left.byTag == right.byTag }
}
