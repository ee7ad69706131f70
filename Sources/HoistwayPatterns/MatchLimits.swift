import Cpcre2

/// What one match may use, besides the states that it follows; a match that needs more matches nothing.
///
/// `@unchecked`: pcre2 only reads a match context, and this one is never changed after it was made.
final class MatchLimits: @unchecked Sendable {
    static let shared = MatchLimits()

    /// `nil` only where memory has run out: then pcre2's own limits hold.
    let context: OpaquePointer?

    private init() {
        context = pcre2_match_context_create_8(nil)
        guard let context else { return }
        // Calls of the matcher by itself, one for each character that a glob's set looks at.
        pcre2_set_match_limit_8(context, 100_000)
        pcre2_set_depth_limit_8(context, 100)
        // In KiB.
        pcre2_set_heap_limit_8(context, 4096)
    }
}
