/// A repository's list of the versions of one chart.
package struct ChartListing: Sendable, Equatable {
    /// The state of a version in its repository.
    package enum Standing: Sendable, Equatable {
        case offered
        /// `deprecated: true`: its makers advise against its use.
        case deprecated
        /// `removed: true`: it was withdrawn.
        case removed

        /// Why a version is not used, for people; `nil` where it may be.
        func reason(of version: String) -> String? {
            switch self {
            case .offered: nil
            case .deprecated: "version \(ShownText.bare(version)) is deprecated"
            case .removed: "version \(ShownText.bare(version)) was removed"
            }
        }
    }

    package struct Entry: Sendable, Equatable {
        /// As listed; in a registry, the tag with `+` in place of `_`.
        package var version: String
        package var standing: Standing
        /// The URLs of the packed chart, as listed: absolute, or relative to the repository; empty for a registry.
        package var urls: [String]
        /// SHA-256 of the packed chart in hexadecimal digits, as listed; `nil`: not given.
        package var digest: String?

        package init(version: String, standing: Standing = .offered, urls: [String] = [], digest: String? = nil) {
            self.version = version
            self.standing = standing
            self.urls = urls
            self.digest = digest
        }
    }

    /// Whether the repository has no such chart.
    package var isEmpty: Bool { entries.isEmpty && unreadable.isEmpty }

    /// In the repository's order.
    package var entries: [Entry]
    /// One line for each entry without a readable version; only the first ones.
    package var unreadable: [String]

    package init(entries: [Entry] = [], unreadable: [String] = []) {
        self.entries = entries
        self.unreadable = unreadable
    }
}

/// A repository's answer about one version of a chart.
package enum ChartAnswer: Sendable, Equatable {
    case found
    /// The version is not listed; it may be within a second.
    case absent
    /// The version is listed, but not used; a sentence for people.
    case unwanted(String)

    package init(_ version: String, in listing: ChartListing) {
        let entry = listing.entries.first { $0.version.utf8.elementsEqual(version.utf8) }
        switch entry {
        case nil: self = .absent
        case let entry?: self = entry.standing.reason(of: version).map(Self.unwanted) ?? .found
        }
    }
}
