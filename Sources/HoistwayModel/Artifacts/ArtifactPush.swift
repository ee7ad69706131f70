/// Whether an artifact must be written to its destination; the destination shows the result of an earlier try.
package enum ArtifactPush: Sendable, Equatable {
    /// The tag already has the artifact.
    case isThere
    case write
    /// An earlier try may have written it, and another program may have moved the tag since.
    case unclear

    /// - Parameters:
    ///   - wanted: the digest that the tag must have.
    ///   - tagged: the tag's present digest; `nil`: there is no such tag.
    ///   - isKept: whether the destination has the artifact under any tag.
    ///   - wasBegun: whether the program ended during an earlier try.
    package init(wanted: String, tagged: String?, isKept: Bool, wasBegun: Bool) {
        if tagged == wanted {
            self = .isThere
        } else {
            // The tag is written last: without the artifact, the earlier try did not write the tag.
            self = wasBegun && isKept && tagged != nil ? .unclear : .write
        }
    }
}
