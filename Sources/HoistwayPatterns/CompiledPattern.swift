import Cpcre2

/// Owns one `pcre2_code`.
///
/// `@unchecked`: pcre2 never changes compiled code after compilation (pcre2api, "MULTITHREADING"); each match writes to
/// its own, new memory.
final class CompiledPattern: @unchecked Sendable {
    /// Longest pattern, in bytes.
    static let maxPatternLength = 4096
    /// Longest text that is matched, in bytes: the limit for paths on Linux.
    ///
    /// A longer one matches nothing.
    static let maxTextLength = 4096
    /// How many alternatives a match may follow at the same time; a match that needs more fails.
    private static let maxStates = 1000

    private let code: OpaquePointer

    /// An RE2 expression, unanchored.
    convenience init(regex: String) throws(PatternProblem) {
        try Self.checkLength(regex)
        var translator = RegexTranslator(regex)
        let translated = try translator.translate()
        // A lazy run at the beginning keeps the search to one pass; without it, pcre2 would start again at every
        // position.
        try self.init(translated: "(?s:.*?)(?:\(translated))", of: regex)
    }

    /// A doublestar glob that must match the whole text.
    convenience init(glob: String) throws(PatternProblem) {
        try Self.checkLength(glob)
        let translated = try GlobTranslator(glob).translate()
        try self.init(translated: "(?s:\(translated))\\z", of: glob)
    }

    private init(translated: String, of pattern: String) throws(PatternProblem) {
        guard let context = pcre2_compile_context_create_8(nil) else {
            throw PatternProblem(pattern: pattern, problem: "out of memory")
        }
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        var status: Int32 = 0
        var offset = 0
        let flags = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C
        var text = translated
        let compiled = text.withUTF8 { bytes in
            pcre2_compile_8(bytes.baseAddress, bytes.count, flags, &status, &offset, context)
        }
        guard let compiled else {
            throw PatternProblem(pattern: pattern, problem: Self.words(for: status))
        }
        code = compiled
    }

    deinit { pcre2_code_free_8(code) }

    func matches(_ text: String) -> Bool {
        guard text.utf8.count <= Self.maxTextLength, let match = pcre2_match_data_create_8(1, nil) else { return false }
        defer { pcre2_match_data_free_8(match) }
        // Two lists of states with three integers each, and two integers for pcre2 itself.
        let size = Self.maxStates * 6 + 2
        var text = text
        let status = withUnsafeTemporaryAllocation(of: Int32.self, capacity: size) { workspace in
            text.withUTF8 { bytes in
                pcre2_dfa_match_8(
                    code,
                    bytes.baseAddress,
                    bytes.count,
                    0,
                    PCRE2_DFA_SHORTEST,
                    match,
                    MatchLimits.shared.context,
                    workspace.baseAddress,
                    size
                )
            }
        }
        // 0: it matched, and the table of offsets, which is not used, was too small. Negative: no match, or a limit.
        return status >= 0
    }

    private static func checkLength(_ pattern: String) throws(PatternProblem) {
        guard pattern.utf8.count <= maxPatternLength else {
            throw PatternProblem(
                pattern: String(pattern.prefix(40)) + "…",
                problem: "it is longer than \(maxPatternLength) bytes"
            )
        }
    }

    private static func words(for status: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            let length = pcre2_get_error_message_8(status, buffer.baseAddress, buffer.count)
            guard length > 0 else { return "pcre2 refuses it with status \(status)" }
            return String(decoding: buffer.prefix(Int(length)), as: UTF8.self)
        }
    }
}
