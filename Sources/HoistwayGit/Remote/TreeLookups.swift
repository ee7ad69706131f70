import HoistwayModel
import HoistwayPorts

/// Entries of large trees by name: a promotion needs the same few names again and again.
///
/// A tree never changes, so an entry stays valid.
struct TreeLookups {
    /// Trees of at least this size, in bytes, take long enough to search that results are kept.
    static let threshold = 64 << 10
    private static let limit = 512

    private struct Question: Hashable {
        var tree: ObjectID
        var name: GitPath
    }

    private var answers: [Question: TreeEntry?] = [:]

    /// `nil`: not known; an inner `nil`: there is no such name.
    func answer(_ name: GitPath, in tree: ObjectID) -> TreeEntry?? {
        answers[Question(tree: tree, name: name)]
    }

    mutating func note(_ entry: TreeEntry?, for name: GitPath, in tree: ObjectID) {
        if answers.count >= Self.limit { answers = [:] }
        answers[Question(tree: tree, name: name)] = .some(entry)
    }
}
