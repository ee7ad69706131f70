package import HoistwayModel

/// Who did what: one entry of the audit trail.
package struct ActivityView: Sendable, Codable, Equatable {
    /// Grows with time: the key of a list's position.
    package var id: Int64
    package var at: Timestamp
    /// The name of the token.
    package var actor: String
    package var action: AuditAction
    /// `nil`: it concerns the whole program.
    package var project: String?
    package var object: AuditObject?
    /// The object as people call it: `brave-otter` for freight, `brave-otter to prod` for a promotion; `nil`: its name says
    /// it, or the object is not kept any more.
    package var title: String?
    package var outcome: AuditOutcome
    /// The rest, for people.
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
