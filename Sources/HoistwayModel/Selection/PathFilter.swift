/// Whether changed files match a git subscription.
package struct PathFilter: Sendable, Hashable {
    package var include: [PathPattern]
    package var exclude: [PathPattern]

    package init(include: [PathPattern], exclude: [PathPattern]) {
        self.include = include
        self.exclude = exclude
    }

    package init(of subscription: GitSubscription) {
        self.init(include: subscription.includePaths, exclude: subscription.excludePaths)
    }

    package var isEmpty: Bool { include.isEmpty && exclude.isEmpty }

    /// Whether the changed files of several commits decide which of the commits counts.
    ///
    /// They do if all files match, since then the last commit counts, and if none matches. An empty list proves
    /// nothing: senders leave lists out, or cut them.
    package func isDecided(by changedFiles: [String]?, matcher: some PatternMatcher) -> Bool {
        guard let changedFiles, let first = changedFiles.first else { return false }
        let isFirstSelected = selects(first, matcher: matcher)
        return changedFiles.dropFirst().allSatisfy { selects($0, matcher: matcher) == isFirstSelected }
    }

    /// Why none of the files matches, for people; `nil` where one does, or the changes are not known.
    ///
    /// An empty list of files counts as not known.
    package func rejection(of changedFiles: [String]?, matcher: some PatternMatcher) -> String? {
        guard let changedFiles, !changedFiles.isEmpty, !isEmpty else { return nil }
        if changedFiles.contains(where: { selects($0, matcher: matcher) }) { return nil }
        let files = changedFiles.count == 1 ? "1 changed file" : "\(changedFiles.count) changed files"
        return "none of \(files) is within includePaths and outside excludePaths"
    }

    /// A file matches if it is included, or there are no included paths, and it is not excluded.
    package func selects(_ path: String, matcher: some PatternMatcher) -> Bool {
        (include.isEmpty || include.contains { Self.matches($0, path, matcher) })
            && !exclude.contains { Self.matches($0, path, matcher) }
    }

    private static func matches(_ pattern: PathPattern, _ path: String, _ matcher: some PatternMatcher) -> Bool {
        switch pattern {
        case .prefix(let prefix): isWithin(path, prefix)
        case .glob(let glob): matcher.matches(glob: glob, path)
        case .regex(let regex): matcher.matches(regex: regex, path)
        }
    }

    /// That file, or anything below that directory; `.` and an empty text are the whole repository.
    private static func isWithin(_ path: String, _ prefix: String) -> Bool {
        let wanted = components(prefix)
        return components(path).starts(with: wanted, by: { $0.elementsEqual($1) })
    }

    private static func components(_ path: String) -> [Substring.UTF8View] {
        path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    }
}
