/// How long the rows of a table are kept, so that no table grows without a limit.
///
/// A new table or a new kind of record needs a rule here; the page Operation describes the rules for people.
enum RetentionRule {
    /// A small number, such as versions of the tables or configured receivers: never removed.
    case few(String)
    /// Removed together with the rows of this table.
    case goesWith(String)
    /// Removed by the age, the count or the bytes in this text.
    case bounded(String)

    static let tables: [String: RetentionRule] = [
        "schema_version": .few("one for each version that has changed the tables"),
        "receivers": .few("one for each name that a receiver had"),
        "deliveries": .bounded("`state.retention.history` of the configuration: 365 days"),
        "bodies": .bounded("`state.retention` of the configuration: `age` and `bytes`"),
        "traces": .goesWith("deliveries"),
        "seen": .goesWith("deliveries"),
        "seen_through": .few("one"),
        "records": .bounded("by its kind"),
        "ended_promotions": .bounded("20 of a stage and warehouse, more for 14 days; those that gave way at once"),
        "promotion_details": .goesWith("ended_promotions"),
        "step_results": .goesWith("ended_promotions"),
        "known_tags": .bounded("500 of a subscription, the oldest first"),
        "tokens": .few("people remove them"),
        "audit": .bounded("100,000 of what was done, 5,000 of what was refused"),
        "sessions": .bounded("the lifetime of a session, and so many of a token and in all"),
        "sign_in_links": .bounded("a minute, and so many of a token and in all"),
        "keyed_requests": .bounded("a day, and so many of a person"),
    ]

    static func rule(of kind: RecordKind) -> RetentionRule {
        switch kind {
        case .subscription: .few("one for each subscription that a manifest had")
        case .warehouse: .few("one for each warehouse that a manifest had")
        case .annotations: .few("one for each object that was annotated")
        case .stage: .few("one for each stage that a manifest had")
        case .health: .few("one for each stage with Applications")
        case .branch: .few("one for each branch that was pushed")
        case .freight: .bounded("20 and what is in use; more for 14 days, and beyond 1,000 of a warehouse at once")
        case .promotion: .bounded("until it has ended: then it is in `ended_promotions`")
        case .intent: .bounded("until the push is over")
        case .notice: .bounded("until it was sent, or given up")
        case .refresh: .bounded("until Argo CD has looked, or it was given up")
        }
    }
}
