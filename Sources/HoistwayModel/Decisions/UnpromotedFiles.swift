/// Files that a promotion changes although they are not in its freight.
///
/// A branch may be replaced by a copy of another one while the freight has only images. Then all other changes in the
/// copy's source are released too, without their own promotion.
package enum UnpromotedFiles {
    /// `nil` where only the edited files change.
    package static func warning(
        changed: [GitPath],
        deleted: [GitPath],
        edited: Set<GitPath>,
        branch: String
    ) -> String? {
        let others = (changed + deleted).filter { !edited.contains($0) }
        guard !others.isEmpty else { return nil }
        return
            "besides images, \(others.count == 1 ? "a file" : "\(others.count) files") of \(branch) \(others.count == 1 ? "changes" : "change") "
            + "(\(Listing.text(others.map(\.shortened)))): no freight contains such changes, but they are pushed too"
    }
}
