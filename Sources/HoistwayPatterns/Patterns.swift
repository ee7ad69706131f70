import HoistwayModel
import Synchronization

/// Matches RE2 expressions and doublestar globs, by pcre2's breadth-first matcher.
///
/// That matcher follows all alternatives at once, so that its time grows with pattern times text and no pattern
/// explodes. Safe to use from many tasks; compiled patterns are kept, up to a bound.
package final class Patterns: PatternMatcher {
    private enum Key: Hashable {
        case regex(String)
        case glob(String)
    }

    /// Patterns kept at most; when more come, all are forgotten and compiled again as they are needed.
    package static let maxKept = 1024

    /// Longest text that is looked at, in bytes; a longer one matches nothing.
    package static let maxTextBytes = CompiledPattern.maxTextLength

    /// `nil`: does not compile, matches nothing.
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
        // Compiled outside the lock: two tasks may do it twice, none waits for the other.
        let fresh = Self.compile(key)
        compiled.withLock { kept in
            if kept.count >= Self.maxKept { kept.removeAll() }
            kept[key] = .some(fresh)
        }
        return fresh
    }

    private static func compile(_ key: Key) -> CompiledPattern? {
        // Settings report what does not compile; here it only matches nothing.
        switch key {
        case .regex(let text): try? CompiledPattern(regex: text)
        case .glob(let text): try? CompiledPattern(glob: text)
        }
    }
}
