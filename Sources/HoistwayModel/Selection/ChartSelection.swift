/// Which versions of a chart a subscription follows, and in which order they stand.
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

    /// The tag of a chart's version in a registry, as a version: a tag cannot hold `+`, for which `_` stands there.
    package static func version(ofTag tag: String) -> String { String(tag.map { $0 == "_" ? "+" : $0 }) }

    /// What a look comes to.
    package struct Choice: Sendable, Equatable {
        /// The newest that fits; `nil` where none does.
        package var newest: String?
        /// Why versions that stand before it were not taken, newest first; the first ones only.
        package var skipped: [String] = []
    }

    /// Of all that a repository lists, the newest version that fits, and why those before it do not.
    ///
    /// What is no version stands nowhere in the order: it is named at the end.
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

    /// That a repository answers and has no such chart: as when `name` is written wrongly.
    ///
    /// What was known stays the newest: an index may be half published.
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
