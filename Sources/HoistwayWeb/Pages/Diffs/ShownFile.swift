import HoistwayDiffs
import HoistwayModel

/// A file of a diff for a page, from a promotion's record or from a preview.
struct ShownFile {
    /// With its lines, if there are any.
    var file: DiffFile
    /// Changes that no line shows, a few words each.
    var remarks: [String]
    var additions: Int
    var deletions: Int
    var path: String

    init(_ file: DiffFile) {
        self.file = file
        remarks = file.remarks
        additions = file.additions
        deletions = file.deletions
        path = file.path
    }

    /// From a preview, which has files separate from their lines.
    init(_ difference: FileDifference) {
        let parsed = difference.diff.map { ParsedDiff($0) }
        let file =
            parsed?.files.first
            ?? DiffFile(
                oldPath: difference.change == .added ? nil : difference.path,
                newPath: difference.change == .deleted ? nil : difference.path
            )
        self.file = file
        let change: [String] =
            switch difference.change {
            case .added: ["new file"]
            case .deleted: ["deleted"]
            case .changed: []
            }
        // If a note is about the mode, it is more precise than the kind of change.
        remarks = (difference.notes.isEmpty ? change : difference.notes) + (parsed?.notes ?? [])
        additions = difference.added ?? file.additions
        deletions = difference.removed ?? file.deletions
        path = difference.path
    }
}
