extension ArtifactPage {
    /// The page on which a Git host shows the changes between two commits.
    ///
    /// `nil` where the page of a commit is not known either, or one of the ids is not a commit's.
    package static func comparison(from old: String, to new: String, in repository: String) -> String? {
        guard let old = ObjectID(old), let new = ObjectID(new), !old.isZero, old != new,
            let page = url(of: new, in: repository)
        else { return nil }
        // Each host has its own path:
        // <https://docs.github.com/en/pull-requests/committing-changes-to-your-project/viewing-and-comparing-commits/comparing-commits>
        let ways: [(commit: String, comparison: String)] = [
            ("/-/commit/", "/-/compare/\(old.hex)...\(new.hex)"),
            ("/commits/", "/branches/compare/\(new.hex)%0D\(old.hex)"),
            (
                "/commit/",
                page.hasPrefix("https://dev.azure.com/")
                    ? "/branchCompare?baseVersion=GC\(old.hex)&targetVersion=GC\(new.hex)"
                    : "/compare/\(old.hex)...\(new.hex)"
            ),
        ]
        for way in ways {
            let end = way.commit + new.hex
            if page.hasSuffix(end) { return String(page.dropLast(end.count)) + way.comparison }
        }
        return nil
    }
}
