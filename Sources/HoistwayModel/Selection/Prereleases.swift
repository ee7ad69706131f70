/// Pre-releases that are selected although no setting shows whether they are wanted.
///
/// Without a constraint, version strategies treat them like releases, as Kargo does: 1.3.0-rc.1 is newer than 1.2.9.
/// With a constraint they need one that names a pre-release.
package enum Prereleases {
    /// Usual tags of pre-releases.
    private static let usual = ["", "v"].flatMap { start in
        ["rc.1", "rc1", "alpha", "alpha.1", "beta", "beta.1", "dev", "SNAPSHOT", "pre.1", "0"].map {
            "\(start)1.3.0-\($0)"
        }
    }

    /// A pre-release tag that would be selected, perhaps unintentionally; `nil` where none would be.
    package static func example(for subscription: ImageSubscription, matcher: some PatternMatcher) -> String? {
        guard subscription.strategy == .semVer, subscription.constraint?.isEmpty ?? true else { return nil }
        return usual.first { ImageSelection.verdict(on: $0, for: subscription, matcher: matcher).isEligible }
    }

    /// A sentence for each image in the freight with such a pre-release.
    package static func warnings(
        on freight: Freight,
        subscriptions: [Subscription],
        matcher: some PatternMatcher
    ) -> [String] {
        freight.images.compactMap { image in
            for case .image(let subscription) in subscriptions where subscription.repoURL == image.repoURL {
                guard Semver(image.tag, strict: subscription.strictSemvers)?.isPrerelease == true,
                    example(for: subscription, matcher: matcher) != nil
                else { return nil }
                return
                    "\(image.repoURL) \(image.tag) is a pre-release: without a constraint they are selected like releases"
            }
            return nil
        }
    }
}
