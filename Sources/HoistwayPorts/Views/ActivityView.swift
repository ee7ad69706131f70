package import HoistwayModel

/// One entry of the audit trail: who did what.
package struct ActivityView: Sendable, Codable, Equatable {
    /// Increases with time; lists use it as their position.
    package var id: Int64
    package var at: Timestamp
    /// The name of the token.
    package var actor: String
    package var action: AuditAction
    /// `nil`: it concerns the whole program.
    package var project: String?
    package var object: AuditObject?
    /// The object's name for people: `brave-otter` for freight, `brave-otter to prod` for a promotion.
    ///
    /// `nil`: `name` is enough, or the object is no longer stored.
    package var title: String?
    package var outcome: AuditOutcome
    /// Further details, for people.
    package var detail: String

    package init(_ record: AuditRecord) {
        id = record.id ?? 0
        at = record.at
        actor = record.actor
        action = AuditAction(stored: record.action)
        project = record.project
        object = record.object
        outcome = record.outcome ?? .done
        detail = record.detail
    }
}
