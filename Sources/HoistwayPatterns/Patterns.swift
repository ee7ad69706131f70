import HoistwayModel
import Synchronization

/// Matches RE2 expressions and doublestar globs with pcre2's breadth-first matcher.
///
/// That matcher follows all alternatives at once: its time grows with the pattern's length times the text's length, and
/// never exponentially. Safe to use from many tasks; a bounded number of compiled patterns is kept.
package final class Patterns: PatternMatcher {
    private enum Key: Hashable {
        case regex(String)
        case glob(String)
    }

    /// The most patterns that are kept; when there are more, all are dropped and compiled again when they are needed.
    package static let maxKept = 1024

    /// Longest text that is matched, in bytes; a longer one matches nothing.
    package static let maxTextBytes = CompiledPattern.maxTextLength

    /// `nil`: the pattern does not compile, and matches nothing.
    private let compiled = Mutex<[Key: CompiledPattern?]>([:])

    package init() {}

    package func matches(regex: String, _ text: String) -> Bool {
        pattern(.regex(regex))?.matches(text) ?? false
    }

    package func matches(glob: String, _ text: String) -> Bool {
        pattern(.glob(glob))?.matches(text) ?? false
    }

    package func problem(withGlob glob: String) -> String? { PatternCompiler.problem(glob: glob) }

    private func pattern(_ key: Key) -> CompiledPattern? {
        if let known = compiled.withLock({ $0[key] }) { return known }
        // Compiled outside the lock: two tasks may compile the same pattern, but no task waits for another.
        let fresh = Self.compile(key)
        compiled.withLock { kept in
            if kept.count >= Self.maxKept { kept.removeAll() }
            kept[key] = .some(fresh)
        }
        return fresh
    }

    private static func compile(_ key: Key) -> CompiledPattern? {
        // Settings report patterns that do not compile; here such a pattern only matches nothing.
        switch key {
        case .regex(let text): try? CompiledPattern(regex: text)
        case .glob(let text): try? CompiledPattern(glob: text)
        }
    }
}
