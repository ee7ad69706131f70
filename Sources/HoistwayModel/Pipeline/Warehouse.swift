/// A Kargo Warehouse: what it subscribes to, and when freight is made of it.
package struct Warehouse: Sendable, Equatable, Codable {
    package enum FreightCreationPolicy: String, Sendable, Codable, CaseIterable {
        case automatic = "Automatic"
        case manual = "Manual"
    }

    package var key: WarehouseKey
    /// How often everything is looked up again, events or not.
    package var interval: Duration
    package var freightCreationPolicy: FreightCreationPolicy
    /// An expression that says whether freight is made of the newest artifacts; `nil`: it always is.
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

/// One thing that a warehouse watches.
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

    /// What is done when a tag that is known gets another digest.
    package enum MovedTagRule: String, Sendable, Codable, CaseIterable {
        case hold
        case follow
        case refuse
    }

    /// As written: it enters the freight id.
    package var repoURL: String
    package var key: ImageKey
    package var strategy: Strategy
    /// SemVer: a range, `nil` for none.
    ///
    /// Digest: the mutable tag's name. Else not used.
    package var constraint: String?
    package var strictSemvers: Bool
    package var tags: TagRules
    /// `os/arch[/variant]`.
    package var platform: String?
    package var onTagMoved: MovedTagRule
    /// Whether an expression of the warehouse reads when images were built, so that it is looked up.
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
    /// Short name; `nil` is the remote's default branch.
    package var branch: String?
    package var constraint: String?
    package var strictSemvers: Bool
    package var tags: TagRules
    package var includePaths: [PathPattern]
    package var excludePaths: [PathPattern]
    /// An expression that says which commits, or tags, are candidates; `nil`: all are.
    package var expressionFilter: String?
    /// Older commits of a branch do not count; `nil`: all do.
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
    /// A range; `nil` for none.
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

    /// Whether the repository is one of an OCI registry, and not one with an `index.yaml`.
    package var isOCI: Bool { URLText.scheme(of: repoURL) == "oci" }

    /// The repository as events of registries name it; `nil` where its URL has no such form.
    package var key: ImageKey? { ImageKey(repoURL) }

    /// `host[:port]` of what is asked; `nil` where the URL names none.
    package var host: String? {
        let rest = repoURL.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return rest.count > 2 && !rest[2].isEmpty ? rest[2].lowercased() : nil
    }
}
