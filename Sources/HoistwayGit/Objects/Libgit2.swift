import Clibgit2
import HoistwayPorts

/// libgit2's error of a failed call.
struct GitError: Error, Equatable {
    var operation: String
    var status: Int32
    var detail: String

    var failure: GitFailure { .local(operation: operation, detail: detail) }
}

/// Runs one libgit2 call; a negative status becomes an error.
///
/// The last error is kept per thread (`git2/errors.h`): it is copied before anything can suspend.
func git(_ operation: String, _ call: () -> Int32) throws(GitError) {
    let status = call()
    guard status < 0 else { return }
    let detail = git_error_last().map { String(cString: $0.pointee.message) }
    git_error_clear()
    throw GitError(operation: operation, status: status, detail: detail ?? "libgit2 gave no detail")
}

/// Settings that libgit2 keeps for the whole process.
enum Libgit2 {
    /// Runs the set-up once, before the first use; later uses cost nothing.
    static let isReady: Bool = {
        guard git_libgit2_init() > 0 else { return false }
        // Trees may name objects that were never fetched; names and modes are checked by `TreeName`.
        let statuses = [
            hoistway_git_set_strict_object_creation(0),
            // Every object that is read from the cache's packs is hashed again: a damaged one is fetched again.
            hoistway_git_set_strict_hash_verification(1),
            // The cache can be lost at any time, so nothing in it is worth an fsync.
            hoistway_git_set_fsync_gitdir(0),
            // `ObjectStore` has an object cache of its own.
            hoistway_git_set_cache_max_size(1 << 20),
            hoistway_git_set_mwindow_mapped_limit(64 << 20),
        ]
        return statuses.allSatisfy { $0 == 0 }
    }()
}
