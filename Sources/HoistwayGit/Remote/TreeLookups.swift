import HoistwayModel
import HoistwayPorts

/// What stands at some names of large trees: a promotion asks for the same few names again and again.
///
/// A tree never changes, so an answer stays true.
struct TreeLookups {
    /// From this size on, in bytes, a look takes long enough to be remembered.
    static let threshold = 64 << 10
    private static let limit = 512

    private struct Question: Hashable {
        var tree: ObjectID
        var name: GitPath
    }

    private var answers: [Question: TreeEntry?] = [:]

    /// `nil`: not known; within it `nil` for a name that is not there.
    func answer(_ name: GitPath, in tree: ObjectID) -> TreeEntry?? {
        answers[Question(tree: tree, name: name)]
    }

    mutating func note(_ entry: TreeEntry?, for name: GitPath, in tree: ObjectID) {
        if answers.count >= Self.limit { answers = [:] }
        answers[Question(tree: tree, name: name)] = .some(entry)
    }
}
