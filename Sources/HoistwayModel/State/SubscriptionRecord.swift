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

/// What is known of a subscription: its newest artifact, and which digest each tag had.
package struct SubscriptionRecord: Sendable, Equatable {
    /// A tag that has another content than it had, which `onTagMoved` keeps out.
    package struct HeldTag: Sendable, Equatable, Codable {
        package var tag: String
        /// The digest that counts.
        package var known: String
        /// The digest that the tag has now.
        package var found: String

        package init(tag: String, known: String, found: String) {
            self.tag = tag
            self.known = known
            self.found = found
        }
    }

    package static let maxHeldTags = 100

    package var key: SubscriptionKey
    /// The newest that the rules accept; `nil` until the first.
    package var newest: Artifact?
    /// Where the branch was when it was last told of or asked for, whatever the path filters say of it.
    package var head: ObjectID?
    /// Stored beside the record, one by one.
    package var knownTags: KnownTags
    /// In the order found; `nil`: none.
    package private(set) var held: [HeldTag]?
    /// Commits of the branch that only land what promotions had pushed for pull requests, oldest first; `nil`: none.
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

    /// A commit that is a promotion's work.
    package struct OwnMerge: Sendable, Hashable, Codable {
        package var commit: ObjectID
        /// Whose work it lands: what lands it once more is somebody else's decision.
        package var promotions: [PromotionID]

        package init(commit: ObjectID, promotions: [PromotionID]) {
            self.commit = commit
            self.promotions = promotions
        }
    }

    package static let maxMerges = 200

    package mutating func note(_ found: [OwnMerge]) {
        let known = Set((merges ?? []).map(\.commit))
        // A look finds the newest first.
        let new = found.reversed().filter { !known.contains($0.commit) }
        guard !new.isEmpty else { return }
        merges = Array(((merges ?? []) + new).suffix(Self.maxMerges))
    }

    package func digest(of tag: String) -> String? { knownTags.digest(of: tag) }

    /// Notes that a tag is kept out; a tag that has its known content again is not.
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

    /// The same once it is stored.
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

    /// Without the tags: they are stored beside it.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encodeIfPresent(newest, forKey: .newest)
        try container.encodeIfPresent(head, forKey: .head)
        try container.encodeIfPresent(held, forKey: .held)
        try container.encodeIfPresent(merges, forKey: .merges)
        try container.encode(updatedAt, forKey: .updatedAt)
    }

    /// A record that an earlier version wrote has its tags in it: the next change of it stores them beside it.
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
