/// What a preview shows of one push, besides what is on record of every push.
package struct BranchPreview: Sendable, Equatable, Codable {
    /// How many files are described, and how many deleted ones are named.
    package static let maxFiles = 500

    /// What is compared when a promotion is made from the preview.
    package var push: PreviewedPushes.Push
    /// The first ones.
    package var files: [FileDifference]
    /// All but deleted ones.
    package var changedFiles: Int
    package var deletedFiles: Int
    /// Paths that would be deleted; the first ones.
    package var deleted: [String]
    /// What exceeds the stage's limits; `nil`: nothing.
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
