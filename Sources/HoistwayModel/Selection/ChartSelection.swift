/// Which versions of a chart a subscription follows, and their order.
package enum ChartSelection {
    /// In an OCI registry a version is strict and has no `v`, as in Kargo; in an `index.yaml` it may be loose.
    package static func verdict(on version: String, for subscription: ChartSubscription) -> TagVerdict {
        if subscription.isOCI, version.utf8.first == UInt8(ascii: "v"), Semver(loose: version) != nil {
            return .rejected("version \(version) begins with v, which no version of a chart in a registry does")
        }
        return TagRule.versionVerdict(
            on: version,
            constraint: subscription.semverConstraint,
            strict: subscription.isOCI,
            noun: "version"
        )
    }

    package static func compare(
        _ candidate: String,
        to current: String,
        for subscription: ChartSubscription
    ) -> Age {
        TagOrder.semVer(strict: subscription.isOCI).age(of: .init(tag: candidate), against: .init(tag: current))
    }

    /// The version in a chart's tag in a registry: a tag cannot contain `+`, so it has `_` instead.
    package static func version(ofTag tag: String) -> String { String(tag.map { $0 == "_" ? "+" : $0 }) }

    /// The result of a look.
    package struct Choice: Sendable, Equatable {
        /// The newest version that matches; `nil` where none does.
        package var newest: String?
        /// Why newer versions were skipped, newest first; only the first ones.
        package var skipped: [String] = []
    }

    /// The newest listed version that matches, with the reasons why newer ones do not.
    ///
    /// Texts that are not versions have no order: they are named at the end.
    package static func choose(among listing: ChartListing, for subscription: ChartSubscription) -> Choice {
        var versions: [(entry: ChartListing.Entry, version: Semver)] = []
        var unordered: [String] = listing.unreadable
        for entry in listing.entries {
            if let version = Semver(loose: entry.version) {
                versions.append((entry, version))
            } else if unordered.count < Choice.maxSkipped {
                unordered.append(verdict(on: entry.version, for: subscription).reason)
            }
        }
        versions.sort { left, right in
            switch left.version.precedence(against: right.version) {
            case .higher: true
            case .lower: false
            case .equal: right.entry.version.utf8.lexicographicallyPrecedes(left.entry.version.utf8)
            }
        }
        var choice = Choice()
        for (entry, _) in versions {
            if let reason = entry.standing.reason(of: entry.version) {
                choice.skip(reason)
            } else if case .rejected(let reason) = verdict(on: entry.version, for: subscription) {
                choice.skip(reason)
            } else {
                choice.newest = entry.version
                break
            }
        }
        for reason in unordered { choice.skip(reason) }
        if choice.newest == nil, !listing.isEmpty {
            let count = listing.entries.count + listing.unreadable.count
            choice.skipped.insert("none of the \(count) versions that are there counts", at: 0)
        }
        return choice
    }

    /// Says that the repository has no such chart, for example because `name` is wrong.
    ///
    /// The known newest version stays: an index may be only half published.
    package static func absence(in listing: ChartListing, of subscription: ChartSubscription) -> String? {
        guard listing.isEmpty else { return nil }
        return subscription.isOCI
            ? "its registry lists no version of the chart: check `repoURL`"
            : "its index.yaml lists no chart with the name \(ShownText.quoted(subscription.name)): check `name`"
    }
}

extension ChartSelection.Choice {
    /// How many skipped versions are named.
    fileprivate static let maxSkipped = 100

    fileprivate mutating func skip(_ reason: String) {
        if skipped.count < Self.maxSkipped { skipped.append(reason) }
    }
}
