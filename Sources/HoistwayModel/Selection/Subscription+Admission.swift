extension ImageSubscription {
    /// Whether the build time of an image matters, and not only the time of its push.
    package var looksUpBuildTime: Bool { strategy == .newestBuild || readsBuildTime == true }
}

extension Subscription {
    /// Whether the present rules still admit an artifact that earlier rules admitted.
    package func admits(_ artifact: Artifact, matcher: some PatternMatcher) -> Bool {
        switch (self, artifact) {
        case (.image(let image), .image(let found)):
            ImageSelection.verdict(on: found.tag, for: image, matcher: matcher).isEligible
        case (.git(let git), .commit(let found)):
            switch found.tag {
            case let tag?: CommitSelection.verdict(on: tag, for: git, matcher: matcher).isEligible
            // For the followed branch: another branch has its own record.
            case nil: git.strategy == .newestFromBranch && git.branch == found.branch
            }
        case (.chart(let chart), .chart(let found)): ChartSelection.verdict(on: found.version, for: chart).isEligible
        case (.image, _), (.git, _), (.chart, _): false
        }
    }

    /// Whether versions alone decide which of two artifacts is newer, whenever they were seen.
    package var hasOrder: Bool {
        switch self {
        case .image(let image): [.semVer, .lexical].contains(image.strategy)
        case .git(let git): git.strategy != .newestFromBranch
        case .chart: true
        }
    }
}
