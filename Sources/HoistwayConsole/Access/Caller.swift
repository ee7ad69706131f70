package import HoistwayModel
package import HoistwayPorts

/// Whoever sent a request, as the token tells.
///
/// Every route asks it before it answers: for the role, and for the project that the answer is about.
package struct Caller: Sendable, Equatable {
    /// The token's name; it stands in the audit trail and in commits as the actor.
    package var name: String
    package var role: TokenRole
    /// `nil`: all projects.
    package var project: String?
    /// When the token was made: another one may have its name later.
    package var madeAt: Timestamp

    package init(_ token: TokenRecord) {
        name = token.name
        role = token.role
        project = token.project
        madeAt = token.createdAt
    }

    package func require(_ needed: TokenRole) throws(APIError) {
        guard role < needed else { return }
        throw .denied(
            "token \(name) has the role \(role.rawValue); this needs \(needed.rawValue)",
            hint: "use a token with the role \(needed.rawValue)"
        )
    }

    /// For what is not about one project.
    package func requireAllProjects() throws(APIError) {
        guard let project else { return }
        throw .denied(
            "token \(name) is for the project \(project); this is about all projects",
            hint: "use a token without project"
        )
    }

    /// The project to ask for: the token's own, else the one that was named; `nil` for all.
    package func scope(asked: String?) throws(APIError) -> String? {
        guard let project else { return asked }
        guard let asked, asked != project else { return project }
        throw .denied(
            "token \(name) is for the project \(project)",
            hint: "leave the project out, or use another token"
        )
    }

    package func sees(project other: String) -> Bool {
        project == nil || project == other
    }
}
