/// Files that come along with a promotion although its freight does not carry them.
///
/// Where a branch is replaced by a copy of another, and the freight holds images only, everything else that changed in
/// the copy's source meanwhile is released without having been promoted.
package enum UnpromotedFiles {
    /// `nil` where nothing but the edited files changes.
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
            + "that no freight carries (\(Listing.text(others.map(\.shortened)))): such changes come along, unpromoted"
    }
}
