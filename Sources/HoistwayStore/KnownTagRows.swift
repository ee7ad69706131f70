import HoistwayModel
import HoistwaySQLite

/// The tags that a subscription knows, one row each: an event writes one row, and not all known tags.
struct KnownTagRows: Sendable {
    /// The subscription's key in `records`.
    private let subscription: String
    private let isWhole: Bool
    private let edits: [KnownTags.Edit]

    init(_ tags: KnownTags, of subscription: String) {
        self.subscription = subscription
        (isWhole, edits) = tags.writes
    }

    func perform(_ database: Database) throws {
        if isWhole { try database.run("DELETE FROM known_tags WHERE subscription = ?", subscription) }
        for edit in edits {
            switch edit {
            case .put(let tag, let number):
                let sql = "INSERT OR REPLACE INTO known_tags VALUES (?, ?, ?, ?)"
                try database.run(sql, subscription, tag.tag, tag.digest, number)
            case .remove(let tag):
                try database.run("DELETE FROM known_tags WHERE subscription = ? AND tag = ?", subscription, tag)
            }
        }
    }

    /// Adds their tags to the subscriptions of the state.
    static func load(into state: inout PipelineState, _ database: Database) throws {
        // A copy of an older version may be inspected.
        guard try database.hasTable("known_tags") else { return }
        var present: String?
        var rows: [(tag: KnownTags.Tag, number: Int)] = []
        func finish() {
            if let key = present.flatMap(SubscriptionKey.init(storedAs:)) {
                state.load(KnownTags(stored: rows), of: key)
            }
            rows = []
        }
        let sql = "SELECT subscription, tag, digest, number FROM known_tags ORDER BY subscription"
        try database.forEach(sql) { row in
            let subscription: String = try row[0]
            if subscription != present {
                finish()
                present = subscription
            }
            rows.append((KnownTags.Tag(tag: try row[1], digest: try row[2]), try row[3]))
        }
        finish()
    }
}

extension SubscriptionKey {
    /// From the key of its record; `nil` for a key of another form.
    fileprivate init?(storedAs text: String) {
        let parts = text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(warehouse: WarehouseKey(project: parts[0], name: parts[1]), subscription: parts[2])
    }
}
