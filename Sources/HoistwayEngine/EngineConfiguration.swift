package import HoistwayExpressions
package import HoistwayModel
package import HoistwayPorts
package import HoistwaySteps

/// The engine's configuration: replaced as a whole when it is read again.
package struct EngineConfiguration: Sendable {
    /// What one receiver's events may concern, and how its deliveries are decoded.
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
    /// Who gets which notices.
    package var notices: [NoticeRule]
    /// How many refs one push may have, by the remote's URL.
    package var refsPerPush: @Sendable (String) -> Int
    /// Whether every promotion keeps its diff, as a dry run does; otherwise only those that are observed or refused.
    package var recordsDiffs: Bool
    /// How many promotions may run a long step at one time.
    package var parallelSteps: Int
    /// ConfigMaps and Secrets for expressions in a project's steps.
    package var lookups: @Sendable (_ project: String) -> StepLookups = { _ in StepLookups() }
    /// What the step `http` may reach, by project.
    package var httpPolicy: @Sendable (String) -> HTTPPolicy = { _ in HTTPPolicy() }
    /// A project's options for Argo CD.
    package var argocd: @Sendable (_ project: String) -> ArgoCDOptions = { _ in ArgoCDOptions() }
    /// Whether the promotions of a project are shown as commit statuses.
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

/// Everything that the engine uses from other modules and systems.
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
    /// Makes manifests with other programs; `nil`: no program may run.
    package var renderer: (any ManifestRenderer)?
    /// Patterns, time zones and limits of expressions, with the given time as the present.
    package var expressionScope: @Sendable (Timestamp) -> Scope
    /// For the step `http`, with a policy that the configuration replaces; `nil`: it fails.
    package var http: HTTPAccess?
    /// Access to Argo CD; `nil`: no cluster is configured.
    package var argocd: (any ArgoCDClusters)?
    /// How long all previews together wait for one cluster within a minute.
    package var previewPatience: Duration = .seconds(5)
    /// Pull requests and commit statuses; `nil`: steps that need them fail.
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
