/// A name that is matched exactly, by a glob, or by a regular expression.
package enum NamePattern: Hashable, Sendable, Codable {
    case exact(String)
    /// doublestar syntax, over the whole text.
    case glob(String)
    /// RE2 syntax, unanchored.
    case regex(String)
}

/// A path filter of a git subscription.
package enum PathPattern: Hashable, Sendable, Codable {
    /// That file, or that directory and everything beneath it.
    case prefix(String)
    /// doublestar syntax, over the whole path.
    case glob(String)
    /// RE2 syntax, unanchored.
    case regex(String)
}

/// Which tags of a repository are looked at: an ignored one is out, then an empty allow list lets all in.
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
/// The model knows no regular-expression library: whoever calls the rules hands one in.
/// A pattern that does not compile, or a match that exceeds its limits, matches nothing; patterns are
/// checked when settings are read, so that this is no place to report it.
package protocol PatternMatcher: Sendable {
    func matches(regex: String, _ text: String) -> Bool
    func matches(glob: String, _ text: String) -> Bool
    /// Why a glob does not compile; `nil` where it does.
    func problem(withGlob glob: String) -> String?
}
