/// A Kargo Warehouse: its subscriptions, and when freight is made from them.
package struct Warehouse: Sendable, Equatable, Codable {
    package enum FreightCreationPolicy: String, Sendable, Codable, CaseIterable {
        case automatic = "Automatic"
        case manual = "Manual"
    }

    package var key: WarehouseKey
    /// How often everything is looked up again, even without events.
    package var interval: Duration
    package var freightCreationPolicy: FreightCreationPolicy
    /// An expression that decides whether freight is made from the newest artifacts; `nil`: it always is.
    package var freightCreationCriteria: String?
    package var subscriptions: [Subscription]
    package var annotations: ObjectAnnotations?
    package var place: SourcePlace

    package init(
        key: WarehouseKey,
        interval: Duration = .seconds(300),
        freightCreationPolicy: FreightCreationPolicy = .automatic,
        freightCreationCriteria: String? = nil,
        subscriptions: [Subscription],
        annotations: ObjectAnnotations? = nil,
        place: SourcePlace
    ) {
        self.key = key
        self.interval = interval
        self.freightCreationPolicy = freightCreationPolicy
        self.freightCreationCriteria = freightCreationCriteria
        self.subscriptions = subscriptions
        self.annotations = annotations
        self.place = place
    }
}

/// A subscription of a warehouse.
package enum Subscription: Sendable, Equatable, Codable {
    case image(ImageSubscription)
    case git(GitSubscription)
    case chart(ChartSubscription)

    /// Unique within the warehouse: the kind and the normalised URL.
    package var id: String {
        switch self {
        case .image(let image): "image \(image.key)"
        case .git(let git): "git \(git.key)"
        case .chart(let chart):
            "chart \(KargoURL.chart(URLText.withoutUser(chart.repoURL)))\(chart.name.isEmpty ? "" : " \(chart.name)")"
        }
    }
}

package struct ImageSubscription: Sendable, Equatable, Codable {
    package enum Strategy: String, Sendable, Codable, CaseIterable {
        case semVer = "SemVer"
        case lexical = "Lexical"
        case newestBuild = "NewestBuild"
        case digest = "Digest"
    }

    /// The reaction when a known tag gets another digest.
    package enum MovedTagRule: String, Sendable, Codable, CaseIterable {
        case hold
        case follow
        case refuse
    }

    /// As written: it is a part of the freight id.
    package var repoURL: String
    package var key: ImageKey
    package var strategy: Strategy
    /// For SemVer: a range, `nil` for any version.
    ///
    /// For Digest: the name of the mutable tag. Otherwise not used.
    package var constraint: String?
    package var strictSemvers: Bool
    package var tags: TagRules
    /// `os/arch[/variant]`.
    package var platform: String?
    package var onTagMoved: MovedTagRule
    /// Whether an expression of the warehouse uses the build time of images, so that it must be looked up.
    ///
    /// `nil`: no.
    package var readsBuildTime: Bool?
    package var insecureSkipTLSVerify: Bool
    /// 1 to 100.
    package var discoveryLimit: Int
    package var place: SourcePlace

    package init(
        repoURL: String,
        key: ImageKey,
        strategy: Strategy = .semVer,
        constraint: String? = nil,
        strictSemvers: Bool = true,
        tags: TagRules = TagRules(),
        platform: String? = nil,
        onTagMoved: MovedTagRule? = nil,
        insecureSkipTLSVerify: Bool = false,
        discoveryLimit: Int = 20,
        place: SourcePlace
    ) {
        self.repoURL = repoURL
        self.key = key
        self.strategy = strategy
        self.constraint = constraint
        self.strictSemvers = strictSemvers
        self.tags = tags
        self.platform = platform
        self.onTagMoved = onTagMoved ?? (strategy == .digest ? .follow : .hold)
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.discoveryLimit = discoveryLimit
        self.place = place
    }
}

package struct GitSubscription: Sendable, Equatable, Codable {
    package enum Strategy: String, Sendable, Codable, CaseIterable {
        case newestFromBranch = "NewestFromBranch"
        case semVer = "SemVer"
        case lexical = "Lexical"
        case newestTag = "NewestTag"
    }

    /// As written; the freight id uses its normalised form.
    package var repoURL: String
    package var key: RepositoryKey
    package var strategy: Strategy
    /// Short name; `nil` for the remote's default branch.
    package var branch: String?
    package var constraint: String?
    package var strictSemvers: Bool
    package var tags: TagRules
    package var includePaths: [PathPattern]
    package var excludePaths: [PathPattern]
    /// An expression that selects the candidates among commits or tags; `nil`: all are candidates.
    package var expressionFilter: String?
    /// Older commits of a branch do not count; `nil`: all count.
    package var since: Timestamp?
    package var insecureSkipTLSVerify: Bool
    package var discoveryLimit: Int
    package var place: SourcePlace

    package init(
        repoURL: String,
        key: RepositoryKey,
        strategy: Strategy = .newestFromBranch,
        branch: String? = nil,
        constraint: String? = nil,
        strictSemvers: Bool = true,
        tags: TagRules = TagRules(),
        includePaths: [PathPattern] = [],
        excludePaths: [PathPattern] = [],
        expressionFilter: String? = nil,
        since: Timestamp? = nil,
        insecureSkipTLSVerify: Bool = false,
        discoveryLimit: Int = 20,
        place: SourcePlace
    ) {
        self.repoURL = repoURL
        self.key = key
        self.strategy = strategy
        self.branch = branch
        self.constraint = constraint
        self.strictSemvers = strictSemvers
        self.tags = tags
        self.includePaths = includePaths
        self.excludePaths = excludePaths
        self.expressionFilter = expressionFilter
        self.since = since
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.discoveryLimit = discoveryLimit
        self.place = place
    }
}

package struct ChartSubscription: Sendable, Equatable, Codable {
    /// As written: `oci://…`, `https://…` or `http://…`.
    package var repoURL: String
    /// Empty for `oci://`, where the repository is the chart.
    package var name: String
    /// A range; `nil` for any version.
    package var semverConstraint: String?
    package var insecureSkipTLSVerify: Bool
    /// 1 to 100.
    package var discoveryLimit: Int
    package var place: SourcePlace

    package init(
        repoURL: String,
        name: String,
        semverConstraint: String?,
        insecureSkipTLSVerify: Bool = false,
        discoveryLimit: Int = 20,
        place: SourcePlace
    ) {
        self.repoURL = repoURL
        self.name = name
        self.semverConstraint = semverConstraint
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.discoveryLimit = discoveryLimit
        self.place = place
    }

    /// Whether the repository is in an OCI registry, and has no `index.yaml`.
    package var isOCI: Bool { URLText.scheme(of: repoURL) == "oci" }

    /// The repository's key in events of registries; `nil` where its URL gives no key.
    package var key: ImageKey? { ImageKey(repoURL) }

    /// `host[:port]` of the requests; `nil` where the URL has no host.
    package var host: String? {
        let rest = repoURL.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return rest.count > 2 && !rest[2].isEmpty ? rest[2].lowercased() : nil
    }
}
