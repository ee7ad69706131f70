package import HoistwayModel
package import HoistwayPorts

/// The sender of a request, as its token identifies it.
///
/// Every route checks it before it answers: for the role, and for the project of the answer.
package struct Caller: Sendable, Equatable {
    /// The token's name; it is the actor in the audit trail and in commits.
    package var name: String
    package var role: TokenRole
    /// `nil`: all projects.
    package var project: String?
    /// When the token was made: a later token may have the same name.
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

    /// For operations that do not belong to one project.
    package func requireAllProjects() throws(APIError) {
        guard let project else { return }
        throw .denied(
            "token \(name) is for the project \(project); this is about all projects",
            hint: "use a token without project"
        )
    }

    /// The project to use: the token's own, otherwise the requested one; `nil` for all.
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
