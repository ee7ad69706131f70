extension ImageSubscription {
    /// Whether it counts when an image was built, and not only when it was pushed.
    package var looksUpBuildTime: Bool { strategy == .newestBuild || readsBuildTime == true }
}

extension Subscription {
    /// Whether the rules, as they are now, still admit what was taken under those of its time.
    package func admits(_ artifact: Artifact, matcher: some PatternMatcher) -> Bool {
        switch (self, artifact) {
        case (.image(let image), .image(let found)):
            ImageSelection.verdict(on: found.tag, for: image, matcher: matcher).isEligible
        case (.git(let git), .commit(let found)):
            switch found.tag {
            case let tag?: CommitSelection.verdict(on: tag, for: git, matcher: matcher).isEligible
            // Of the branch that is followed: another one has a record of its own.
            case nil: git.strategy == .newestFromBranch && git.branch == found.branch
            }
        case (.chart(let chart), .chart(let found)): ChartSelection.verdict(on: found.version, for: chart).isEligible
        case (.image, _), (.git, _), (.chart, _): false
        }
    }

    /// Whether versions alone tell which of two artifacts is newer, whenever they were seen.
    package var hasOrder: Bool {
        switch self {
        case .image(let image): [.semVer, .lexical].contains(image.strategy)
        case .git(let git): git.strategy != .newestFromBranch
        case .chart: true
        }
    }
}
