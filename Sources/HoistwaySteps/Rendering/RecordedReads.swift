package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// All reads of a workspace with their results: missing files and lists of folders too.
package struct RecordedReads: Sendable, Equatable {
    struct Listed: Sendable, Equatable {
        var path: GitPath
        var entry: SourceEntry
    }

    struct List: Sendable, Equatable {
        var limit: Int
        var entries: [Listed]
    }

    private var entries: [GitPath: SourceEntry?] = [:]
    /// The ids of contents, not the contents.
    private var contents: [GitPath: ObjectID?] = [:]
    private var lists: [GitPath: List] = [:]
    /// Approximate size in memory.
    package private(set) var bytes = 0

    package init() {}

    package var isEmpty: Bool { entries.isEmpty && contents.isEmpty && lists.isEmpty }

    /// Whether the files give the same result for each read.
    package func hold(in files: any IdentifiedFiles) async throws(WorkspaceFailure) -> Bool {
        for (path, answer) in contents where try await files.identity(of: path) != answer { return false }
        for (path, answer) in entries where try await files.entry(at: path) != answer { return false }
        for (folder, list) in lists {
            let present = try await files.list(folder, limit: list.limit)
            guard present.map(Listed.init(path:entry:)) == list.entries else { return false }
        }
        return true
    }

    mutating func add(entry: SourceEntry?, at path: GitPath) {
        if entries.updateValue(entry, forKey: path) == nil { bytes += Self.cost(path) }
    }

    mutating func add(content: ObjectID?, at path: GitPath) {
        if contents.updateValue(content, forKey: path) == nil { bytes += Self.cost(path) }
    }

    mutating func add(list: List, of folder: GitPath) {
        lists[folder] = list
        bytes += list.entries.reduce(Self.cost(folder)) { $0 + Self.cost($1.path) }
    }

    private static func cost(_ path: GitPath) -> Int { path.bytes.count + 96 }
}

/// Files that record all reads.
///
/// One program's step uses it, one call at a time.
package final class RecordingSource: SourceFiles {
    private let files: any IdentifiedFiles
    private let recorded = Mutex(RecordedReads())

    package init(_ files: any IdentifiedFiles) {
        self.files = files
    }

    /// The reads that succeeded; a failed one is not among them.
    package var reads: RecordedReads { recorded.withLock(\.self) }

    package func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry? {
        let entry = try await files.entry(at: path)
        recorded.withLock { $0.add(entry: entry, at: path) }
        return entry
    }

    package func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]? {
        let content = try await files.read(path)
        let identity = try await files.identity(of: path)
        recorded.withLock { $0.add(content: identity, at: path) }
        return content
    }

    package func list(
        _ folder: GitPath,
        limit: Int
    ) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)] {
        let found = try await files.list(folder, limit: limit)
        let list = RecordedReads.List(limit: limit, entries: found.map(RecordedReads.Listed.init(path:entry:)))
        recorded.withLock { $0.add(list: list, of: folder) }
        // A caller that lists a folder for a program reads all of it.
        if found.count <= limit {
            try await files.prefetch(
                found.compactMap { path, entry in
                    if case .file = entry { path } else { nil }
                }
            )
        }
        return found
    }
}
