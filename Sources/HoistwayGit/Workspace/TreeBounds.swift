import HoistwayModel
import HoistwayPorts

/// Limits for one walk over trees.
///
/// Ten trees that each name the next one ten times are a folder of ten thousand million files. One tree may contain
/// another 34,000 times. A server can send such trees, so the walk must stop.
struct TreeBounds {
    /// Longest path, in bytes: twice what Linux takes.
    static let maxPathBytes = 8192
    /// Folders that one copy may read, and entries in them.
    static let maxFolders = 50_000
    static let maxEntries = 500_000
    /// Limit of files and folders of a checkout that steps have written and that are not committed yet.
    static let maxChanges = 100_000

    /// The tree's repository, for the failure.
    let url: String
    private var folders = 0
    private var entries = 0

    init(url: String) {
        self.url = url
    }

    /// Counts a folder with this number of entries.
    mutating func enter(_ folder: GitPath, entries count: Int) throws(GitFailure) {
        folders += 1
        entries += count
        guard folders <= Self.maxFolders, entries <= Self.maxEntries else {
            throw .tooLarge(
                url: url,
                what:
                    "more than \(Self.maxFolders) folders or \(Self.maxEntries) files to look at, in \(folder.shortened)"
            )
        }
    }

    /// Refuses a path that is too deep or too long.
    ///
    /// - Parameter more: levels that come below it.
    static func check(_ path: GitPath, depth: Int, more: Int = 0, url: String) throws(GitFailure) {
        guard depth + more <= GitPath.maxDepth, path.bytes.count <= maxPathBytes else {
            throw .tooLarge(
                url: url,
                what: "\(path.shortened) lies more than \(GitPath.maxDepth) folders deep, or has a path of more than "
                    + "\(maxPathBytes) bytes"
            )
        }
    }
}
