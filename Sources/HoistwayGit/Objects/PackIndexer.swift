import Clibgit2

/// Streams one pack into a folder through libgit2's indexer, in memory that does not grow with the objects' sizes.
///
/// Connectivity is not checked: children that a filter left out are nobody's fault.
/// Not thread-safe; it lives inside one `ObjectStore` actor.
final class PackIndexer {
    private let pointer: OpaquePointer
    private var progress = git_indexer_progress()

    /// Starts a pack in a folder that exists.
    ///
    /// Bases outside the pack are not looked for.
    init(folder: String) throws(GitError) {
        var made: OpaquePointer?
        var options = git_indexer_options()
        try git("start pack indexer") {
            let status = git_indexer_options_init(&options, UInt32(GIT_INDEXER_OPTIONS_VERSION))
            return status < 0 ? status : git_indexer_new(&made, folder, 0, nil, &options)
        }
        guard let made else { preconditionFailure("libgit2 returned 0 and no indexer") }
        pointer = made
    }

    deinit { git_indexer_free(pointer) }

    func append(_ bytes: [UInt8]) throws(GitError) {
        try append(bytes[...])
    }

    func append(_ bytes: ArraySlice<UInt8>) throws(GitError) {
        try git("index pack") {
            bytes.withUnsafeBytes { git_indexer_append(pointer, $0.baseAddress, $0.count, &progress) }
        }
    }

    /// Checks the trailer, resolves deltas and puts pack and index into the folder; gives the number of objects.
    func commit() throws(GitError) -> Int {
        try git("index pack") { git_indexer_commit(pointer, &progress) }
        return Int(progress.total_objects)
    }
}
