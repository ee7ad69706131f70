/// How a revision that is live stands to the one that is wanted.
package enum RevisionStanding: Sendable, Equatable {
    /// It is the wanted one, or has it among its ancestors.
    case contained
    /// It is not, and has not.
    case absent
    /// That cannot be found out now; why.
    case unknown(String)
}
