package import HoistwayModel

/// An entry of the audit trail: who changed something, and when.
package struct AuditRecord: Sendable, Equatable, Codable {
    /// Increases with time; the store assigns it.
    package var id: Int64?
    package var at: Timestamp
    package var actor: String
    /// See ``AuditAction``.
    package var action: String
    package var detail: String
    /// `nil`: it concerns the whole program, or an older version recorded it.
    package var project: String?
    /// The changed object; `nil`: an older version recorded the entry, or there is no object.
    package var object: AuditObject?
    /// `nil`: the action was done.
    package var outcome: AuditOutcome?

    package init(
        id: Int64? = nil,
        at: Timestamp,
        actor: String,
        action: String,
        detail: String,
        project: String? = nil,
        object: AuditObject? = nil,
        outcome: AuditOutcome? = nil
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.action = action
        self.detail = detail
        self.project = project
        self.object = object
        self.outcome = outcome
    }
}

/// The object that an entry of the audit trail is about.
package struct AuditObject: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case stage
        case warehouse
        case freight
        case promotion
        case delivery
        case token
        case session
    }

    package var kind: Kind
    /// Unique within its project: a stage's name, the id of freight or of a promotion.
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

package enum AuditOutcome: String, Sendable, Codable, CaseIterable {
    case done
    /// It was not permitted, or a rule refused it; nothing was changed.
    case refused
    case failed
}

/// The action, as a code for programs.
package enum AuditAction: String, Sendable, Codable, CaseIterable {
    case promote
    case preview
    case abort
    case retryPromotion
    case approve
    case verify
    case reverify
    case adopt
    case adoptFromBranches
    case refresh
    case rename
    case createFreight
    case retryDeliveries
    case reload
    case tokenCreate
    case tokenDelete
    case signIn
    case signOut
    case backup
    case restore
    /// An action that this version does not have.
    case other

    /// Reads the text of the trail: `create freight`.
    package init(stored text: String) {
        let words = text.split(separator: " ")
        let name = words.enumerated().map { $0.offset == 0 ? String($0.element) : $0.element.capitalizedASCII }.joined()
        self = AuditAction(rawValue: name) ?? .other
    }

    /// The text that the trail stores.
    package var stored: String {
        rawValue.reduce(into: "") { text, letter in
            text += letter.isUppercase ? " \(letter.lowercased())" : String(letter)
        }
    }
}

extension Substring {
    fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
