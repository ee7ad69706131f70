import HoistwayModel
import HoistwayPorts

/// A folder of a checkout: a tree of the remote with changes above it.
///
/// Folders with changes are nested by value, and so they are released one inside the other: `OverlayEditor` and
/// `OverlayCopier` never nest them deeper than `GitPath.maxDepth`.
struct OverlayDirectory: Sendable {
    indirect enum Change: Sendable {
        case removed
        /// An object that the remote has or that will be pushed to it.
        case entry(TreeEntry)
        case file([UInt8], FileMode)
        case directory(OverlayDirectory)

        fileprivate var written: Written {
            switch self {
            case .removed, .entry: Written()
            case .file(let bytes, _): Written(files: 1, bytes: bytes.count)
            case .directory(let directory): directory.written
            }
        }

        /// Levels of folders with changes; 0 for a node that is no folder.
        var height: Int {
            if case .directory(let directory) = self { directory.height + 1 } else { 0 }
        }

        /// The number of changes in it.
        var weight: Int {
            if case .directory(let directory) = self { directory.weight.saturating(1) } else { 1 }
        }
    }

    /// The tree below the changes; `nil` is the empty tree.
    var base: ObjectID?
    private(set) var changes: [GitPath: Change] = [:]
    /// Levels of folders with changes below this one.
    private(set) var height = 0
    /// The number of changes below this one.
    ///
    /// A copy of a folder with changes shares them: twenty copies of a checkout into itself count as a million changes.
    private(set) var weight = 0
    /// The files that were written below it, in all folders together.
    private(set) var written = Written()

    struct Written: Sendable {
        var files = 0
        var bytes = 0
    }

    init(base: ObjectID? = nil) {
        self.base = base
    }

    /// The tree, if nothing in it is changed.
    var unchangedTree: ObjectID? { changes.isEmpty ? base ?? .emptyTree : nil }

    mutating func set(_ name: GitPath, to change: Change) {
        let old = changes.updateValue(change, forKey: name)
        weight = (weight - (old?.weight ?? 0)).saturating(change.weight)
        written.files += change.written.files - (old?.written.files ?? 0)
        written.bytes += change.written.bytes - (old?.written.bytes ?? 0)
        if change.height >= height {
            height = change.height
        } else if old?.height == height {
            height = changes.values.reduce(0) { max($0, $1.height) }
        }
    }
}

/// The object at a name.
enum OverlayNode: Sendable {
    /// A blob of the remote: a file, a symlink, or the commit of a submodule.
    case object(TreeEntry)
    case file([UInt8], FileMode)
    case directory(OverlayDirectory)

    init(_ entry: TreeEntry) {
        self = entry.mode == .tree ? .directory(OverlayDirectory(base: entry.id)) : .object(entry)
    }

    init?(_ change: OverlayDirectory.Change) {
        switch change {
        case .removed: return nil
        case .entry(let entry): self.init(entry)
        case .file(let bytes, let mode): self = .file(bytes, mode)
        case .directory(let directory): self = .directory(directory)
        }
    }

    /// `nil` for a folder.
    var mode: FileMode? {
        switch self {
        case .object(let entry): entry.mode
        case .file(_, let mode): mode
        case .directory: nil
        }
    }

    var isRegularFile: Bool { mode == .file || mode == .executable }
}

extension Int {
    fileprivate func saturating(_ more: Int) -> Int {
        let (sum, isOverflow) = addingReportingOverflow(more)
        return isOverflow ? .max : sum
    }
}
