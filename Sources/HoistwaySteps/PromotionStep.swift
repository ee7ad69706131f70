package import HoistwayExpressions
package import HoistwayModel
package import HoistwayPorts

/// One kind of step: reads its configuration, then works on the workspace.
protocol PromotionStep: Sendable {
    /// The configurations that the step accepts.
    static var schema: StepSchema { get }
    /// Takes a configuration that its schema accepts.
    init(_ config: StepConfiguration)
    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome
    /// What the step would do, for people, where it must not act on other systems; `nil`: only a run shows that.
    func preview(in context: StepContext) -> String?
}

extension PromotionStep {
    func preview(in context: StepContext) -> String? { nil }
}

/// The data and services that a step can use in its promotion.
package struct StepContext: Sendable {
    package var stage: StageKey
    package var promotion: PromotionRecord
    /// The freight that is promoted; `nil` where the state has lost it.
    package var freight: Freight?
    /// All freight of the stage after success, in the order of the warehouses' names.
    package var collection: [Freight]
    /// Those of every warehouse whose freight the stage requests.
    package var subscriptions: [Subscription]
    package var remotes: any GitRemotes
    package var workspace: any Workspace
    /// `nil`: steps get no times, and time limits do not apply.
    package var clock: (any WallClock)?
    /// The beginning of the project's commit messages.
    package var commitTemplate: CommitTemplate?
    /// Makes manifests with programs such as Helm; `nil` where no program may run.
    package var renderer: (any ManifestRenderer)?
    /// What programs made earlier for this promotion; `nil`: each program runs whenever its step runs.
    package var memo: (any StepMemo)?
    /// Whether a step may take long.
    ///
    /// If not, a step that must run a program throws ``StepFailure/apart(step:)``.
    package var isApart: Bool
    /// For a run that is apart, the kind of place that it has; `nil`: any step may run.
    ///
    /// A step that needs a place of another kind makes the run end with ``StepRunEvent/apartNeeded``.
    package var place: StepPlace?
    /// What expressions of a step can use besides their file: patterns, time, limits.
    package var expressionScope: Scope
    /// For patterns of paths; `nil`: steps that need it fail.
    package var matcher: (any PatternMatcher)?

    /// That of the running step.
    package internal(set) var alias = ""
    /// The warehouses whose freight the stage requests, in the manifest's order, each with its part of the freight.
    package var origins: [PromotionSurroundings.Origin]
    package var lookups = StepLookups()
    /// Nothing may be done in other systems, as in observe mode and in a dry run: effects are described, but not done.
    package var isPreview = false
    /// Called whenever a step begins, with the records of all steps and their results; `nil`: no calls.
    package var progress: (@Sendable ([StepRecord], [StepResult]) -> Void)?
    /// Whether an earlier run of the promotion began this step, and the result is not known.
    package internal(set) var wasBegun = false

    /// By alias with the namespace of the task, for the steps that ran so far.
    package internal(set) var outputs: [String: ConfigValue] = [:]
    /// Changes of kustomizations by the steps of this run so far.
    package internal(set) var imageChanges: [ImageChange] = []
    /// Image entries that steps of this run have set, whether that changed them or not.
    package internal(set) var imagesSet: [ImageChange] = []
    /// Values of files that steps of this run have set to versions of images, whether that changed them or not.
    package internal(set) var imageValues: [ImageValue] = []
    /// For values of the present step's configuration, the artifacts of the freight that they were made from.
    var valueOrigins: [ConfigPath: Set<ArtifactOrigin>] = [:]
    /// The same for outputs, by alias and name.
    var outputOrigins: [String: [String: Set<ArtifactOrigin>]] = [:]
    /// Unexpected results of the steps of this run.
    package internal(set) var warnings: [String] = []
    /// Where checkouts are mounted.
    var mounts: [WorkspacePath] = []
    var commits: [MadeCommit] = []
    /// Commits that checkouts of this run took from repositories of which the freight has a commit.
    var taken: [TakenCommit] = []
    /// How steps send requests; `nil`: steps that send one fail.
    package var http: HTTPAccess?
    /// Repositories of charts; `nil`: steps that need one fail.
    package var charts: (any ChartRepository)?
    /// Registries; `nil`: steps that need one fail.
    package var artifacts: (any ArtifactRegistry)?
    /// How steps reach Argo CD; `nil`: no cluster is configured for the project.
    package var argocd: ArgoCDAccess?
    /// How steps reach pull requests; `nil`: steps that need one fail.
    package var forges: ForgeAccess?
    /// What the running step stored at its last look; `nil`: nothing.
    package internal(set) var memory: ConfigValue?
    /// The outputs of the step in an earlier run of this promotion; empty where there was none.
    package internal(set) var former: [String: ConfigValue] = [:]
    /// The secrets in the configuration of the running step, as `secret('NAME')`.
    package internal(set) var secretsUsed: Set<String> = []
    /// Those of this step, and of the steps that ran before.
    package internal(set) var secretsSeen: Set<String> = []
    /// How often the step has looked again on purpose, counted from 1.
    ///
    /// Looks that a crash ended, or that got no answer, do not count.
    package internal(set) var look = 1

    package init(
        stage: StageKey,
        promotion: PromotionRecord,
        freight: Freight?,
        collection: [Freight],
        subscriptions: [Subscription],
        remotes: any GitRemotes,
        workspace: any Workspace,
        clock: (any WallClock)? = nil,
        commitTemplate: CommitTemplate? = nil,
        renderer: (any ManifestRenderer)? = nil,
        memo: (any StepMemo)? = nil,
        isApart: Bool = true,
        expressionScope: Scope = Scope(),
        matcher: (any PatternMatcher)? = nil,
        origins: [PromotionSurroundings.Origin]? = nil
    ) {
        self.stage = stage
        self.promotion = promotion
        self.freight = freight
        self.collection = collection
        self.subscriptions = subscriptions
        self.remotes = remotes
        self.workspace = workspace
        self.clock = clock
        self.commitTemplate = commitTemplate
        self.renderer = renderer
        self.memo = memo
        self.isApart = isApart
        self.expressionScope = expressionScope
        self.matcher = matcher
        self.origins =
            origins
            ?? collection.map {
                .init(warehouse: $0.origin.name, subscriptions: subscriptions, artifacts: $0.artifacts)
            }
    }
}

extension StepContext {
    /// The freight, with the search rules of Kargo's steps.
    var lookup: FreightLookup {
        FreightLookup(
            collection: collection.isEmpty ? [freight].compactMap(\.self) : collection,
            subscriptions: subscriptions
        )
    }
}

/// A commit that a step of this run made.
struct MadeCommit: Sendable {
    /// The path in the step's configuration.
    var path: WorkspacePath
    var subject: String
    /// How many image changes of the run had been made before it.
    var changesBefore = 0
}

/// The outcome of a step.
package struct StepOutcome: Sendable {
    package enum Result: Sendable {
        case succeeded
        /// Counts as success; the reason is for people.
        case skipped(String)
        /// The step is done once this has been sent.
        case pushPending(PushNeed)
        /// No error, but the step is not done: it looks again after the pause, until its time limit.
        case waiting(String, after: Duration)
    }

    /// Changes of Hoistway's own state by the step, in the transaction that stores its outcome.
    package var stateChanges: [StateChange] = []
    package var result: Result
    package var output: [String: ConfigValue]
    package var message: String
    var imageChanges: [ImageChange] = []
    var imagesSet: [ImageChange] = []
    var imageValues: [ImageValue] = []
    /// For outputs, the artifacts of the freight that they are made from.
    var outputOrigins: [String: Set<ArtifactOrigin>] = [:]
    var warnings: [String] = []
    /// Inside a task, the outputs are also those of the task.
    var isTaskOutput = false
    var mounts: [WorkspacePath] = []
    var commit: MadeCommit?
    var taken: [TakenCommit] = []
    /// The Applications that the stage's health depends on from now on.
    var applications: [ApplicationCheck]?
    /// A change of one of these Applications makes the step look again at once.
    var waitsFor: [ApplicationAddress]?
    /// A change of this pull request makes the step look again at once.
    var pullRequest: PullRequestWait?
    /// The step's pull request, as it was read last.
    var pull: PromotedPull?
    /// The commits that a merge has put on a branch.
    var landed: LandedPullRequest?
    /// What the step stores for its next look.
    var memory: ConfigValue?

    init(_ result: Result, output: [String: ConfigValue] = [:], message: String = "") {
        self.result = result
        self.output = output
        self.message = message
    }
}
