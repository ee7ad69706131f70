/// What a repository lists of one chart.
package struct ChartListing: Sendable, Equatable {
    /// What its repository says of a version, besides that it is there.
    package enum Standing: Sendable, Equatable {
        case offered
        /// `deprecated: true`: its makers advise against it.
        case deprecated
        /// `removed: true`: it was taken back.
        case removed

        /// Why a version is not taken, for people; `nil` where it may be.
        func reason(of version: String) -> String? {
            switch self {
            case .offered: nil
            case .deprecated: "version \(ShownText.bare(version)) is deprecated"
            case .removed: "version \(ShownText.bare(version)) was removed"
            }
        }
    }

    package struct Entry: Sendable, Equatable {
        /// As listed; of a registry's tag, with `+` for `_`.
        package var version: String
        package var standing: Standing
        /// Where the packed chart lies, as listed: absolute, or relative to the repository; empty for a registry.
        package var urls: [String]
        /// SHA-256 of the packed chart in hexadecimal digits, as listed; `nil`: not told.
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
    /// One line for each entry that has no version that can be read; the first ones only.
    package var unreadable: [String]

    package init(entries: [Entry] = [], unreadable: [String] = []) {
        self.entries = entries
        self.unreadable = unreadable
    }
}

/// What a repository says of one version of a chart.
package enum ChartAnswer: Sendable, Equatable {
    case found
    /// It does not list it: it may within a second.
    case absent
    /// It lists it, and it is not taken; a sentence for people.
    case unwanted(String)

    package init(_ version: String, in listing: ChartListing) {
        let entry = listing.entries.first { $0.version.utf8.elementsEqual(version.utf8) }
        switch entry {
        case nil: self = .absent
        case let entry?: self = entry.standing.reason(of: version).map(Self.unwanted) ?? .found
        }
    }
}
