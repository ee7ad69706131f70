/// Which tags of an image a subscription follows, and their order.
package enum ImageSelection {
    package static func verdict(
        on tag: String,
        for subscription: ImageSubscription,
        matcher: some PatternMatcher
    ) -> TagVerdict {
        if subscription.strategy == .digest { return digestVerdict(on: tag, constraint: subscription.constraint) }
        guard !ImageTag.isCompanion(tag) else {
            return .rejected("tag \(tag) holds a signature, an attestation or a bill of materials, not an image")
        }
        if let reason = TagFilter.rejection(of: tag, by: subscription.tags, matcher: matcher) {
            return .rejected(reason)
        }
        guard subscription.strategy == .semVer else { return .eligible }
        return TagRule.versionVerdict(on: tag, constraint: subscription.constraint, strict: subscription.strictSemvers)
    }

    /// The position of a candidate relative to the present artifact.
    ///
    /// The same tag with another digest is newer: the registry shows that a tag was moved, and `onTagMoved` decides
    /// before whether it is followed. Both times must be of one kind: pushed or built.
    package static func compare(
        _ candidate: ImageArtifact,
        to current: ImageArtifact,
        for subscription: ImageSubscription
    ) -> Age {
        let isSameTag = candidate.tag.utf8.elementsEqual(current.tag.utf8)
        if isSameTag || subscription.strategy == .digest {
            return isSameTag && candidate.digest == current.digest ? .same : .newer
        }
        return order(of: subscription).age(of: entry(candidate), against: entry(current))
    }

    /// The position of a tag relative to the tag on a branch, where only the tags are known.
    ///
    /// `nil` where tags alone do not decide: for orders by time or digest, or where the present tag is not a version.
    package static func compare(tag: String, toTag current: String, for subscription: ImageSubscription) -> Age? {
        switch subscription.strategy {
        case .newestBuild, .digest: return nil
        case .semVer where Semver(current, strict: subscription.strictSemvers) == nil: return nil
        case .semVer, .lexical:
            return order(of: subscription).age(of: .init(tag: tag), against: .init(tag: current))
        }
    }

    /// The first in the order of the subscription; `nil` only if there are no candidates.
    package static func newest(
        of candidates: [ImageArtifact],
        for subscription: ImageSubscription
    ) -> ImageArtifact? {
        candidates.reduce(nil) { best, candidate in
            guard let best else { return candidate }
            return compare(candidate, to: best, for: subscription) == .newer ? candidate : best
        }
    }

    /// The matching tags of a repository, newest first; without an order where times decide.
    package static func candidates(
        among tags: [String],
        for subscription: ImageSubscription,
        matcher: some PatternMatcher
    ) -> [String] {
        let fitting = tags.filter { verdict(on: $0, for: subscription, matcher: matcher).isEligible }
        guard [.semVer, .lexical].contains(subscription.strategy) else { return fitting }
        let order = order(of: subscription)
        return fitting.sorted { order.age(of: .init(tag: $0), against: .init(tag: $1)) == .newer }
    }

    private static func order(of subscription: ImageSubscription) -> TagOrder {
        switch subscription.strategy {
        case .semVer: .semVer(strict: subscription.strictSemvers)
        case .lexical: .lexical
        case .newestBuild, .digest: .time
        }
    }

    private static func entry(_ artifact: ImageArtifact) -> TagOrder.Entry {
        TagOrder.Entry(tag: artifact.tag, time: artifact.createdAt)
    }

    private static func digestVerdict(on tag: String, constraint: String?) -> TagVerdict {
        guard let constraint, !constraint.isEmpty else {
            return .rejected("strategy Digest follows the tag in constraint, and there is none")
        }
        guard tag.utf8.elementsEqual(constraint.utf8) else {
            return .rejected("tag \(tag) is not \(constraint), the one that is followed")
        }
        return .eligible
    }
}
