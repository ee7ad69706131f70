/// The names that one entry of a receiver's `sources` allows.
///
/// - `github.com/acme/app` is that repository or image.
/// - `github.com/acme/*` is everything below `acme` at any depth, `github.com/acme/app-*` every name with this
///   beginning.
/// - `github.com/*/deploy` has one level between; `**` is any number of levels.
/// - `all` is everything, and has no other spelling.
package struct SourcePattern: Sendable, Equatable, CustomStringConvertible {
    private enum Rule: Sendable, Equatable {
        case all
        /// The keys that the text can mean: it may be the name of a repository or of an image.
        case exact(Set<String>)
        case segments([String])
    }

    private let text: String
    private let rule: Rule

    /// Throws for an empty text, for one that is not a name, and for a wildcard as the whole name.
    package init(_ text: String) throws(SourcePatternError) {
        let trimmed = text.trimmed()
        self.text = trimmed
        if trimmed.isEmpty { throw .empty }
        if trimmed == "all" {
            rule = .all
            return
        }
        guard trimmed.contains("*") else {
            let keys = [RepositoryKey(url: trimmed)?.text, ImageKey(trimmed)?.text].compactMap(\.self)
            guard !keys.isEmpty else { throw .namesNothing(trimmed) }
            rule = .exact(Set(keys))
            return
        }
        let segments = Self.withoutScheme(trimmed.lowercased()).split(separator: "/").map(String.init)
        guard segments.count > 1, segments[0].contains(where: { $0 != "*" }) else { throw .tooWide(trimmed) }
        rule = .segments(segments)
    }

    package var description: String { text }

    package var isAll: Bool { rule == .all }

    package func matches(_ key: RepositoryKey) -> Bool { matches(key.text) }
    package func matches(_ key: ImageKey) -> Bool { matches(key.text) }

    private func matches(_ key: String) -> Bool {
        switch rule {
        case .all: true
        case .exact(let keys): keys.contains(key)
        case .segments(let pattern):
            Self.matches(pattern[...], key.split(separator: "/").map(String.init)[...])
        }
    }

    private static func withoutScheme(_ text: String) -> Substring {
        for scheme in ["https://", "http://", "oci://", "ssh://"] where text.hasPrefix(scheme) {
            return text.dropFirst(scheme.count)
        }
        return text[...]
    }

    private static func matches(_ pattern: ArraySlice<String>, _ key: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return key.isEmpty }
        let rest = pattern.dropFirst()
        if first == "**" || (first == "*" && rest.isEmpty) {
            if rest.isEmpty { return !key.isEmpty }
            return key.indices.contains { matches(rest, key[$0...]) }
        }
        guard let segment = key.first, glob(Array(first.utf8)[...], Array(segment.utf8)[...]) else { return false }
        return matches(rest, key.dropFirst())
    }

    /// Matches `*` within one segment.
    ///
    /// Goes back only to the last star, so that the time is at most pattern × text.
    private static func glob(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        var position = pattern.startIndex
        var read = text.startIndex
        var star: (pattern: Int, text: Int)?
        while read < text.endIndex {
            if position < pattern.endIndex, pattern[position] == UInt8(ascii: "*") {
                star = (position, read)
                position += 1
            } else if position < pattern.endIndex, pattern[position] == text[read] {
                position += 1
                read += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                position = last.pattern + 1
                read = last.text + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// Why an entry of `sources` is refused.
package enum SourcePatternError: Diagnosable, Equatable {
    case empty
    case namesNothing(String)
    case tooWide(String)

    package var message: String {
        switch self {
        case .empty: "an entry of sources is empty"
        case .namesNothing(let text): "\"\(text)\" names no repository and no image"
        case .tooWide(let text): "\"\(text)\" does not say on which host"
        }
    }

    package var hint: String? {
        switch self {
        case .empty, .namesNothing: "write for example github.com/acme/app or github.com/acme/*"
        case .tooWide: "write for example github.com/acme/*, or all"
        }
    }
}
