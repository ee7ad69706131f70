package import HoistwayModel

/// Who changed what, when.
package struct AuditRecord: Sendable, Equatable, Codable {
    /// Grows with time; the store gives it.
    package var id: Int64?
    package var at: Timestamp
    package var actor: String
    /// See ``AuditAction``.
    package var action: String
    package var detail: String
    /// `nil`: it concerns the whole program, or an older version recorded it.
    package var project: String?
    /// What it was done to; `nil`: an older version recorded it, or there is no such thing.
    package var object: AuditObject?
    /// `nil`: it was done.
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

/// What an entry of the audit trail is about.
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
    /// Within its project: a stage's name, the id of freight or of a promotion.
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

package enum AuditOutcome: String, Sendable, Codable, CaseIterable {
    case done
    /// It was not permitted, or a rule said no; nothing was changed.
    case refused
    case failed
}

/// What was done, as programs know it.
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
    /// What this version does not know.
    case other

    /// As the trail has it: `create freight`.
    package init(stored text: String) {
        let words = text.split(separator: " ")
        let name = words.enumerated().map { $0.offset == 0 ? String($0.element) : $0.element.capitalizedASCII }.joined()
        self = AuditAction(rawValue: name) ?? .other
    }

    /// In the words of the trail.
    package var stored: String {
        rawValue.reduce(into: "") { text, letter in
            text += letter.isUppercase ? " \(letter.lowercased())" : String(letter)
        }
    }
}

extension Substring {
    fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
