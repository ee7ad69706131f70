/// A name that is matched exactly, by a glob, or by a regular expression.
package enum NamePattern: Hashable, Sendable, Codable {
    case exact(String)
    /// doublestar syntax, for the whole text.
    case glob(String)
    /// RE2 syntax, unanchored.
    case regex(String)
}

/// A path filter of a git subscription.
package enum PathPattern: Hashable, Sendable, Codable {
    /// That file, or that directory and everything below it.
    case prefix(String)
    /// doublestar syntax, for the whole path.
    case glob(String)
    /// RE2 syntax, unanchored.
    case regex(String)
}

/// The tags of a repository to look at: ignored tags are excluded; then an empty allow list allows all others.
package struct TagRules: Sendable, Equatable, Codable {
    /// RE2 expressions, unanchored.
    package var allow: [String]
    /// RE2 expressions, unanchored.
    package var ignore: [String]
    /// Exact names (Kargo's older `ignoreTags`).
    package var ignoreExact: [String]

    package init(allow: [String] = [], ignore: [String] = [], ignoreExact: [String] = []) {
        self.allow = allow
        self.ignore = ignore
        self.ignoreExact = ignoreExact
    }
}

/// Matches patterns against text.
///
/// The model uses no regular-expression library: the caller passes a matcher. A pattern that does not compile, or a
/// match that exceeds its limits, matches nothing. Such patterns are reported when settings are read, and not here.
package protocol PatternMatcher: Sendable {
    func matches(regex: String, _ text: String) -> Bool
    func matches(glob: String, _ text: String) -> Bool
    /// Why a glob does not compile; `nil` where it does.
    func problem(withGlob glob: String) -> String?
}
