/// Whether changed files concern a git subscription.
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

    /// Whether the files that several commits changed together tell which of the commits counts.
    ///
    /// They do where all files count, for then the last commit does, and where none counts. An empty list proves
    /// nothing: senders leave lists out, or cut them.
    package func isDecided(by changedFiles: [String]?, matcher: some PatternMatcher) -> Bool {
        guard let changedFiles, let first = changedFiles.first else { return false }
        let isFirstSelected = selects(first, matcher: matcher)
        return changedFiles.dropFirst().allSatisfy { selects($0, matcher: matcher) == isFirstSelected }
    }

    /// Why none of the files counts, for people; `nil` where one does, or where nobody knows what changed.
    ///
    /// An empty list of files is nobody's knowledge.
    package func rejection(of changedFiles: [String]?, matcher: some PatternMatcher) -> String? {
        guard let changedFiles, !changedFiles.isEmpty, !isEmpty else { return nil }
        if changedFiles.contains(where: { selects($0, matcher: matcher) }) { return nil }
        let files = changedFiles.count == 1 ? "1 changed file" : "\(changedFiles.count) changed files"
        return "none of \(files) is within includePaths and outside excludePaths"
    }

    /// A file counts when it is included, or nothing is named to include, and it is not excluded.
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

    /// That file, or anything beneath that directory; `.` and nothing are the whole repository.
    private static func isWithin(_ path: String, _ prefix: String) -> Bool {
        let wanted = components(prefix)
        return components(path).starts(with: wanted, by: { $0.elementsEqual($1) })
    }

    private static func components(_ path: String) -> [Substring.UTF8View] {
        path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    }
}
