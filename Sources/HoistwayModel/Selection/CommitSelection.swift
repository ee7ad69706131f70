/// Which pushes and tags of a repository a git subscription follows, and the order of tags.
package enum CommitSelection {
    /// The meaning of an event for a subscription.
    package struct Verdict: Sendable, Equatable {
        /// Whether the event is about the branch, or an admitted tag, that the subscription follows.
        package let concernsBranch: Bool
        /// Whether the changed files count too, as far as they are known.
        package let isEligible: Bool
        /// Whether the event alone decides which commit counts; otherwise the repository must be asked.
        package let isCertain: Bool
        /// For people, without a full stop.
        package let reason: String

        fileprivate static func elsewhere(_ reason: String) -> Verdict {
            Verdict(concernsBranch: false, isEligible: false, isCertain: true, reason: reason)
        }

        fileprivate static func here(_ reason: String, filtered: String?, isCertain: Bool) -> Verdict {
            Verdict(
                concernsBranch: true,
                isEligible: filtered == nil,
                isCertain: isCertain,
                reason: filtered ?? reason
            )
        }
    }

    package static func verdict(
        on event: PushEvent,
        for subscription: GitSubscription,
        matcher: some PatternMatcher
    ) -> Verdict {
        guard subscription.strategy == .newestFromBranch else {
            return .elsewhere("\(event.ref) moved, and strategy \(subscription.strategy.rawValue) follows tags")
        }
        guard let branch = short(event.ref, below: "refs/heads/") else {
            return .elsewhere("\(event.ref) is no branch")
        }
        if let reason = branchRejection(of: branch, event: event, subscription: subscription) {
            return .elsewhere(reason)
        }
        let filter = PathFilter(of: subscription)
        let files = event.commitsTruncated ? nil : event.changedFiles
        return .here(
            "branch \(branch) is followed",
            filtered: filter.rejection(of: files, matcher: matcher),
            // If events come late, a branch that was forced to another commit may already be back.
            isCertain: event.forced != true && (filter.isEmpty || filter.isDecided(by: files, matcher: matcher))
        )
    }

    package static func verdict(
        on event: TagEvent,
        for subscription: GitSubscription,
        matcher: some PatternMatcher
    ) -> Verdict {
        guard let tag = short(event.ref, below: "refs/tags/") else { return .elsewhere("\(event.ref) is no tag") }
        if case .rejected(let reason) = verdict(on: tag, for: subscription, matcher: matcher) {
            return .elsewhere(reason)
        }
        return .here("tag \(tag) is followed", filtered: nil, isCertain: false)
    }

    /// Whether a tag (its short name) is a candidate.
    package static func verdict(
        on tag: String,
        for subscription: GitSubscription,
        matcher: some PatternMatcher
    ) -> TagVerdict {
        guard subscription.strategy != .newestFromBranch else {
            return .rejected("tag \(tag) was pushed, and strategy NewestFromBranch follows a branch")
        }
        if let reason = TagFilter.rejection(of: tag, by: subscription.tags, matcher: matcher) {
            return .rejected(reason)
        }
        guard subscription.strategy == .semVer else { return .eligible }
        return TagRule.versionVerdict(on: tag, constraint: subscription.constraint, strict: subscription.strictSemvers)
    }

    /// The position of a candidate relative to the present artifact.
    ///
    /// A tag at another commit than before was moved, so it is newer. So is any other commit of a branch: its history
    /// decides the order, not its dates.
    package static func compare(
        _ candidate: CommitArtifact,
        to current: CommitArtifact,
        for subscription: GitSubscription
    ) -> Age {
        guard let order = order(of: subscription), let tag = candidate.tag, let currentTag = current.tag else {
            return candidate.id == current.id ? .same : .newer
        }
        if tag.utf8.elementsEqual(currentTag.utf8) { return candidate.id == current.id ? .same : .newer }
        return order.age(
            of: TagOrder.Entry(tag: tag, time: candidate.createdAt),
            against: TagOrder.Entry(tag: currentTag, time: current.createdAt)
        )
    }

    /// The matching tags of a repository (short names), newest first; for NewestTag without an order.
    package static func candidates(
        amongTags tags: [String],
        for subscription: GitSubscription,
        matcher: some PatternMatcher
    ) -> [String] {
        let fitting = tags.filter { verdict(on: $0, for: subscription, matcher: matcher).isEligible }
        guard let order = order(of: subscription), order != .time else { return fitting }
        return fitting.sorted { order.age(of: .init(tag: $0), against: .init(tag: $1)) == .newer }
    }

    /// The short name of a ref; `nil` where it has another prefix.
    package static func short(_ ref: String, below prefix: String) -> String? {
        guard ref.utf8.starts(with: prefix.utf8), ref.utf8.count > prefix.utf8.count else { return nil }
        return String(decoding: ref.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    private static func branchRejection(
        of branch: String,
        event: PushEvent,
        subscription: GitSubscription
    ) -> String? {
        if let wanted = subscription.branch ?? event.defaultBranch {
            let isWanted = branch.utf8.elementsEqual(wanted.utf8)
            return isWanted ? nil : "branch \(branch) is not \(wanted), the one that is followed"
        }
        // The default branch, whose name is not known: Kargo accepts these two.
        return ["main", "master"].contains(branch)
            ? nil : "branch \(branch) is neither main nor master, and no branch is configured"
    }

    private static func order(of subscription: GitSubscription) -> TagOrder? {
        switch subscription.strategy {
        case .newestFromBranch: nil
        case .semVer: .semVer(strict: subscription.strictSemvers)
        case .lexical: .lexical
        case .newestTag: .time
        }
    }
}
