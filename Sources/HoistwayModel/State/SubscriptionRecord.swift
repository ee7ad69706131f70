/// One subscription of one warehouse.
package struct SubscriptionKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var warehouse: WarehouseKey
    /// `Subscription.id`.
    package var subscription: String

    package init(warehouse: WarehouseKey, subscription: String) {
        self.warehouse = warehouse
        self.subscription = subscription
    }

    package var description: String { "\(warehouse): \(subscription)" }
}

/// The stored facts about a subscription: its newest artifact, and the digest of each tag.
package struct SubscriptionRecord: Sendable, Equatable {
    /// A tag whose content has changed, and whose new content `onTagMoved` refuses.
    package struct HeldTag: Sendable, Equatable, Codable {
        package var tag: String
        /// The digest that is used.
        package var known: String
        /// The tag's present digest.
        package var found: String

        package init(tag: String, known: String, found: String) {
            self.tag = tag
            self.known = known
            self.found = found
        }
    }

    package static let maxHeldTags = 100

    package var key: SubscriptionKey
    /// The newest artifact that the rules accept; `nil` until the first one.
    package var newest: Artifact?
    /// The last known head of the branch, from an event or a look, whatever the path filters are.
    package var head: ObjectID?
    /// Stored separately from the record, one by one.
    package var knownTags: KnownTags
    /// In the order in which they were found; `nil`: there are none.
    package private(set) var held: [HeldTag]?
    /// Commits of the branch that only merge the pushes of promotions' pull requests, oldest first; `nil`: there are
    /// none.
    package private(set) var merges: [OwnMerge]?
    package var updatedAt: Timestamp

    package init(
        key: SubscriptionKey,
        newest: Artifact? = nil,
        head: ObjectID? = nil,
        knownTags: KnownTags = KnownTags(),
        updatedAt: Timestamp
    ) {
        self.key = key
        self.newest = newest
        self.head = head
        self.knownTags = knownTags
        self.updatedAt = updatedAt
    }

    /// A commit that contains only the work of promotions.
    package struct OwnMerge: Sendable, Hashable, Codable {
        package var commit: ObjectID
        /// The promotions whose work it contains; if others merge that work again, the commit is theirs.
        package var promotions: [PromotionID]

        package init(commit: ObjectID, promotions: [PromotionID]) {
            self.commit = commit
            self.promotions = promotions
        }
    }

    package static let maxMerges = 200

    package mutating func note(_ found: [OwnMerge]) {
        let known = Set((merges ?? []).map(\.commit))
        // A look finds the newest one first.
        let new = found.reversed().filter { !known.contains($0.commit) }
        guard !new.isEmpty else { return }
        merges = Array(((merges ?? []) + new).suffix(Self.maxMerges))
    }

    package func digest(of tag: String) -> String? { knownTags.digest(of: tag) }

    /// Records that a tag's new content is refused; if the tag gets its known content again, this ends.
    package mutating func hold(_ tag: HeldTag) {
        release(tag.tag)
        held = Array(((held ?? []) + [tag]).suffix(Self.maxHeldTags))
    }

    package mutating func release(_ tag: String) {
        let rest = held?.filter { $0.tag != tag } ?? []
        held = rest.isEmpty ? nil : rest
    }

    package mutating func remember(tag: String, digest: String) {
        knownTags.remember(KnownTags.Tag(tag: tag, digest: digest))
    }

    /// The same record, marked as stored.
    package var stored: SubscriptionRecord {
        var stored = self
        stored.knownTags = knownTags.stored
        return stored
    }
}

extension SubscriptionRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case key, newest, head, knownTags, held, merges, updatedAt
    }

    /// Without the tags, which are stored separately.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encodeIfPresent(newest, forKey: .newest)
        try container.encodeIfPresent(head, forKey: .head)
        try container.encodeIfPresent(held, forKey: .held)
        try container.encodeIfPresent(merges, forKey: .merges)
        try container.encode(updatedAt, forKey: .updatedAt)
    }

    /// A record of an earlier version contains its tags: its next change stores them separately.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(SubscriptionKey.self, forKey: .key)
        newest = try container.decodeIfPresent(Artifact.self, forKey: .newest)
        head = try container.decodeIfPresent(ObjectID.self, forKey: .head)
        held = try container.decodeIfPresent([HeldTag].self, forKey: .held)
        merges = try container.decodeIfPresent([OwnMerge].self, forKey: .merges)
        updatedAt = try container.decode(Timestamp.self, forKey: .updatedAt)
        let tags = try container.decodeIfPresent([KnownTags.Tag].self, forKey: .knownTags)
        knownTags = KnownTags(tags ?? [])
    }
}
