package import HoistwayExpressions
package import HoistwayModel
package import HoistwayPorts
package import HoistwaySteps

/// What the engine runs on: replaced as a whole when the configuration is read again.
package struct EngineConfiguration: Sendable {
    /// What one receiver may say, and how its deliveries are read.
    package struct ReceiverPolicy: Sendable {
        /// `nil` for all.
        package var scope: SourceScope?
        /// `nil` for all.
        package var projects: [String]?
        package var decode: @Sendable (StoredDelivery) throws -> [Event]

        package init(
            scope: SourceScope?,
            projects: [String]?,
            decode: @escaping @Sendable (StoredDelivery) throws -> [Event]
        ) {
            self.scope = scope
            self.projects = projects
            self.decode = decode
        }
    }

    package var pipelines: Pipelines
    package var mode: PromotionMode
    package var receivers: [String: ReceiverPolicy]
    package var author: CommitAuthor
    /// Who is told of what.
    package var notices: [NoticeRule]
    /// How many refs one push may carry, by the remote's URL.
    package var refsPerPush: @Sendable (String) -> Int
    /// Whether every promotion keeps its diff, as a dry run does; else only those that are observed or refused.
    package var recordsDiffs: Bool
    /// How many promotions may run a step at one time that takes long.
    package var parallelSteps: Int
    /// What expressions of a project's steps look up in ConfigMaps and Secrets.
    package var lookups: @Sendable (_ project: String) -> StepLookups = { _ in StepLookups() }
    /// What the step `http` may reach, by project.
    package var httpPolicy: @Sendable (String) -> HTTPPolicy = { _ in HTTPPolicy() }
    /// How the stages of a project deal with Argo CD.
    package var argocd: @Sendable (_ project: String) -> ArgoCDOptions = { _ in ArgoCDOptions() }
    /// Whether the promotions of a project show as commit statuses.
    package var statuses: @Sendable (_ project: String) -> Bool = { _ in false }
    /// `console.publicURL`, for links; `nil`: it is not set.
    package var publicURL: String?
    /// The cluster whose Applications are all refreshed when a push concerns them; `nil`: none.
    package var refreshedCluster: String?

    package init(
        pipelines: Pipelines,
        mode: PromotionMode,
        receivers: [String: ReceiverPolicy],
        author: CommitAuthor,
        notices: [NoticeRule] = [],
        recordsDiffs: Bool = false,
        parallelSteps: Int = 8,
        refsPerPush: @escaping @Sendable (String) -> Int
    ) {
        self.pipelines = pipelines
        self.mode = mode
        self.receivers = receivers
        self.author = author
        self.notices = notices
        self.recordsDiffs = recordsDiffs
        self.parallelSteps = parallelSteps
        self.refsPerPush = refsPerPush
    }
}

/// Everything outside that the engine uses.
package struct EnginePorts: Sendable {
    package var store: any StateStore
    package var remotes: any GitRemotes
    package var registry: any Registry
    /// `nil`: subscriptions to charts are not looked at.
    package var charts: (any ChartRepository)?
    /// For steps that read and copy artifacts; `nil`: they fail.
    package var artifacts: (any ArtifactRegistry)?
    package var notifier: any Notifier
    package var clock: any WallClock
    package var matcher: any PatternMatcher
    /// Makes a workspace for one promotion.
    package var workspaces: any WorkspaceMaker
    package var sha1: @Sendable ([UInt8]) -> [UInt8]
    /// As hexadecimal digits.
    package var sha256: @Sendable ([UInt8]) -> String
    package var random: @Sendable () -> UInt64
    /// Makes manifests with foreign programs; `nil` where none may be run.
    package var renderer: (any ManifestRenderer)?
    /// Patterns, time zones and limits of expressions, with that moment as the present.
    package var expressionScope: @Sendable (Timestamp) -> Scope
    /// For the step `http`, with a policy that the configuration replaces; `nil`: it fails.
    package var http: HTTPAccess?
    /// Where Argo CD is; `nil`: no cluster is configured.
    package var argocd: (any ArgoCDClusters)?
    /// How long all previews together wait for one cluster within a minute.
    package var previewPatience: Duration = .seconds(5)
    /// Pull requests and commit statuses; `nil`: steps that want them fail.
    package var forges: (any Forges)?

    package init(
        store: any StateStore,
        remotes: any GitRemotes,
        registry: any Registry,
        notifier: any Notifier,
        clock: any WallClock,
        matcher: any PatternMatcher,
        workspaces: any WorkspaceMaker,
        sha1: @escaping @Sendable ([UInt8]) -> [UInt8],
        sha256: @escaping @Sendable ([UInt8]) -> String,
        random: @escaping @Sendable () -> UInt64,
        renderer: (any ManifestRenderer)? = nil,
        expressionScope: @escaping @Sendable (Timestamp) -> Scope = { moment in Scope(now: { Moment(moment) }) }
    ) {
        self.store = store
        self.remotes = remotes
        self.registry = registry
        self.notifier = notifier
        self.clock = clock
        self.matcher = matcher
        self.workspaces = workspaces
        self.sha1 = sha1
        self.sha256 = sha256
        self.random = random
        self.renderer = renderer
        self.expressionScope = expressionScope
    }
}
