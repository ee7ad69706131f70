import Cmemory
import Glibc

/// How many files the process may have open, and how many of them may be connections of webhooks.
///
/// A connection more than there is room for would take the descriptor that a commit, a push or the console needs.
struct OpenFiles: Equatable {
    /// For the database, Git and its programs, registries, and the private listeners (256 and 64 connections).
    static let reserve = 640

    /// The soft limit, after it was raised.
    var limit: Int
    /// At most so many at a time.
    var connections: Int

    /// Raises the soft limit as far as it is needed and the hard limit allows.
    ///
    /// - Parameter wanted: connections of webhooks at a time, as configured.
    static func raise(for wanted: Int) -> OpenFiles {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limits = rlimit()
        // It fails for no limit that there is.
        guard getrlimit(kind, &limits) == 0 else { return plan(soft: 1024, hard: 1024, wanted: wanted) }
        let planned = plan(soft: clamped(limits.rlim_cur), hard: clamped(limits.rlim_max), wanted: wanted)
        guard planned.limit > clamped(limits.rlim_cur) else { return planned }
        let old = clamped(limits.rlim_cur)
        limits.rlim_cur = rlim_t(planned.limit)
        return setrlimit(kind, &limits) == 0 ? planned : plan(soft: old, hard: old, wanted: wanted)
    }

    /// No higher than needed: some programs walk over all descriptors that there may be.
    static func plan(soft: Int, hard: Int, wanted: Int) -> OpenFiles {
        let limit = max(soft, min(hard, wanted + reserve))
        // Of a very low limit each side gets a half.
        let kept = min(reserve, limit / 2)
        return OpenFiles(limit: limit, connections: max(1, min(wanted, limit - kept)))
    }

    /// What is without limit is far above all that is needed.
    private static func clamped(_ value: rlim_t) -> Int { Int(min(value, 1 << 30)) }
}
