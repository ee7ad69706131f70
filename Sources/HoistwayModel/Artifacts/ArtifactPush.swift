/// Whether an artifact is written to its destination: what an earlier try has done shows there.
package enum ArtifactPush: Sendable, Equatable {
    /// The tag has the artifact already.
    case isThere
    case write
    /// An earlier try may have written it, and somebody else has moved the tag since.
    case unclear

    /// - Parameters:
    ///   - wanted: the digest that the tag shall have.
    ///   - tagged: the digest that it has; `nil`: there is no such tag.
    ///   - isKept: whether the destination has the artifact, under whatever tag.
    ///   - wasBegun: whether the program ended during an earlier try.
    package init(wanted: String, tagged: String?, isKept: Bool, wasBegun: Bool) {
        if tagged == wanted {
            self = .isThere
        } else {
            // The tag is written last: without the artifact, the earlier try has not come to it.
            self = wasBegun && isKept && tagged != nil ? .unclear : .write
        }
    }
}
