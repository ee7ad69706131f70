import Cpcre2

/// Limits for one match, in addition to its number of states; a match that needs more fails.
///
/// `@unchecked`: pcre2 only reads a match context, and this one is never changed after it was made.
final class MatchLimits: @unchecked Sendable {
    static let shared = MatchLimits()

    /// `nil` only where memory has run out: then pcre2's own limits apply.
    let context: OpaquePointer?

    private init() {
        context = pcre2_match_context_create_8(nil)
        guard let context else { return }
        // Calls of pcre2's matcher inside itself, one for each character that a set of a glob tests.
        pcre2_set_match_limit_8(context, 100_000)
        pcre2_set_depth_limit_8(context, 100)
        // In KiB.
        pcre2_set_heap_limit_8(context, 4096)
    }
}
