/// Whether changed files concern a git subscription.
package struct PathFilter: Sendable, Equatable {
    package var include: [PathPattern]
    package var exclude: [PathPattern]

    package init(include: [PathPattern], exclude: [PathPattern]) {
        self.include = include
        self.exclude = exclude
    }

    package var isEmpty: Bool { include.isEmpty && exclude.isEmpty }

    /// Why none of the files counts, for people; `nil` where one does, or where nobody knows what changed.
    package func rejection(of changedFiles: [String]?, matcher: some PatternMatcher) -> String? {
        guard let changedFiles, !isEmpty else { return nil }
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
