/// Data of a preview about one push, in addition to the data that every push has.
package struct BranchPreview: Sendable, Equatable, Codable {
    /// The most files that are described, and the most deleted files that are named.
    package static let maxFiles = 500

    /// The part that is compared when a promotion is made from the preview.
    package var push: PreviewedPushes.Push
    /// Only the first ones.
    package var files: [FileDifference]
    /// The number of all files except deleted ones.
    package var changedFiles: Int
    package var deletedFiles: Int
    /// Paths that would be deleted; only the first ones.
    package var deleted: [String]
    /// The stage's limits that are exceeded; `nil`: there are none.
    package var exceeded: String?

    package init(push: PreviewedPushes.Push, changes: [ChangedFile]) {
        self.push = push
        files = []
        let gone = changes.filter { $0.new == nil }
        changedFiles = changes.count - gone.count
        deletedFiles = gone.count
        deleted = gone.prefix(Self.maxFiles).map(\.path.shortened)
    }
}
