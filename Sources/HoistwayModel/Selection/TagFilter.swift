/// The tags of a repository to look at.
package enum TagFilter {
    /// Ignored tags are excluded; then an empty allow list allows all others, and any other list only tags that match a
    /// rule.
    package static func admits(_ tag: String, rules: TagRules, matcher: some PatternMatcher) -> Bool {
        rejection(of: tag, by: rules, matcher: matcher) == nil
    }

    /// Why a tag is excluded, for people; `nil` where it is not.
    package static func rejection(of tag: String, by rules: TagRules, matcher: some PatternMatcher) -> String? {
        if rules.ignoreExact.contains(where: { $0.utf8.elementsEqual(tag.utf8) }) {
            return "tag \(tag) is named in ignoreTags"
        }
        if let rule = rules.ignore.first(where: { matcher.matches(regex: $0, tag) }) {
            return "tag \(tag) is ignored by ignoreTagsRegexes: \(rule)"
        }
        if rules.allow.isEmpty || rules.allow.contains(where: { matcher.matches(regex: $0, tag) }) { return nil }
        return "tag \(tag) is admitted by none of allowTagsRegexes: \(rules.allow.joined(separator: ", "))"
    }
}
