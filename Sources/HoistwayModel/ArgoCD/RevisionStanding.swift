/// The relation of the live revision to the wanted one.
package enum RevisionStanding: Sendable, Equatable {
    /// It is the wanted one, or a descendant of it.
    case contained
    /// It is neither.
    case absent
    /// The relation is not known now; with the reason.
    case unknown(String)
}
