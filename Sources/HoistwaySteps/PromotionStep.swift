package import HoistwayExpressions
package import HoistwayModel
package import HoistwayPorts

/// One kind of step: reads its configuration, then works on the workspace.
protocol PromotionStep: Sendable {
    /// What the configuration may hold.
    static var schema: StepSchema { get }
    /// Takes a configuration that the schema has passed.
    init(_ config: StepConfiguration)
    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome
    /// What the step would do, for people, where nothing outside may be done; `nil`: only running it shows that.
    func preview(in context: StepContext) -> String?
}

extension PromotionStep {
    func preview(in context: StepContext) -> String? { nil }
}

/// What a step sees of its promotion.
package struct StepContext: Sendable {
    package var stage: StageKey
    package var promotion: PromotionRecord
    /// The freight that is promoted; `nil` where the state has lost it.
    package var freight: Freight?
    /// All freight that lies in the stage after success, in the order of the warehouses' names.
    package var collection: [Freight]
    /// Of every warehouse that the stage asks for freight.
    package var subscriptions: [Subscription]
    package var remotes: any GitRemotes
    package var workspace: any Workspace
    /// `nil`: steps get no times, and time limits are not looked at.
    package var clock: (any WallClock)?
    /// How the project's commit messages begin.
    package var commitTemplate: CommitTemplate?
    /// Makes manifests with foreign programs; `nil` where none may be run.
    package var renderer: (any ManifestRenderer)?
    /// What programs have made for this promotion before; `nil`: each is run whenever its step runs.
    package var memo: (any StepMemo)?
    /// Whether a step may take its time.
    ///
    /// If not, a step that must run a program throws ``StepFailure/apart(step:)``.
    package var isApart: Bool
    /// Of a run that is apart, the kind of place that it holds; `nil`: any step may run.
    ///
    /// A step that needs a place of another kind makes the run end with ``StepRunEvent/apartNeeded``.
    package var place: StepPlace?
    /// What expressions of a step see besides the file that they are about: patterns, time, limits.
    package var expressionScope: Scope
    /// For patterns of paths; `nil`: steps that need it fail.
    package var matcher: (any PatternMatcher)?

    /// Of the step that is run.
    package internal(set) var alias = ""
    /// The warehouses that the stage asks for freight, in the manifest's order, with what the freight carries of each.
    package var origins: [PromotionSurroundings.Origin]
    package var lookups = StepLookups()
    /// Nothing may be done outside, as in observe mode and in a dry run: effects are told, and not done.
    package var isPreview = false
    /// Hears, whenever a step begins, what is on record of all steps, and what they have given; `nil`: nobody listens.
    package var progress: (@Sendable ([StepRecord], [StepResult]) -> Void)?
    /// Whether an earlier run of the promotion had begun this step, and nobody knows what became of it.
    package internal(set) var wasBegun = false

    /// By alias with the namespace of the task, of the steps that ran so far.
    package internal(set) var outputs: [String: ConfigValue] = [:]
    /// What steps of this run changed in kustomizations so far.
    package internal(set) var imageChanges: [ImageChange] = []
    /// Image entries that steps of this run have set, whether that changed them or not.
    package internal(set) var imagesSet: [ImageChange] = []
    /// Values of files that steps of this run have set to versions of images, whether that changed them or not.
    package internal(set) var imageValues: [ImageValue] = []
    /// What values of the present step's configuration were made of, where that is an artifact of the freight.
    var valueOrigins: [ConfigPath: Set<ArtifactOrigin>] = [:]
    /// The same of outputs, by alias and name.
    var outputOrigins: [String: [String: Set<ArtifactOrigin>]] = [:]
    /// What may surprise in what steps of this run have done.
    package internal(set) var warnings: [String] = []
    /// Where checkouts are mounted.
    var mounts: [WorkspacePath] = []
    var commits: [MadeCommit] = []
    /// Commits of repositories of which the freight carries one, as checkouts of this run show them.
    var taken: [TakenCommit] = []
    /// How steps send requests; `nil`: they cannot, and fail.
    package var http: HTTPAccess?
    /// Repositories of charts; `nil`: steps that need one fail.
    package var charts: (any ChartRepository)?
    /// Registries; `nil`: steps that need one fail.
    package var artifacts: (any ArtifactRegistry)?
    /// How steps reach Argo CD; `nil`: no cluster is configured for the project.
    package var argocd: ArgoCDAccess?
    /// How steps reach pull requests; `nil`: they cannot, and fail.
    package var forges: ForgeAccess?
    /// What the step that is run has kept of its last look; `nil`: nothing.
    package internal(set) var memory: ConfigValue?
    /// What the step gave when it was run before for this promotion; empty where it was not.
    package internal(set) var former: [String: ConfigValue] = [:]
    /// Which secrets the configuration of the step that is run was made from, as `secret('NAME')`.
    package internal(set) var secretsUsed: Set<String> = []
    /// Those of this step, and of the steps that ran before.
    package internal(set) var secretsSeen: Set<String> = []
    /// Counted from 1: how often the step has looked again on purpose.
    ///
    /// What was cut off by a crash, or got no answer, does not count.
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
    /// The freight, searched as Kargo's steps search it.
    var lookup: FreightLookup {
        FreightLookup(
            collection: collection.isEmpty ? [freight].compactMap(\.self) : collection,
            subscriptions: subscriptions
        )
    }
}

/// A commit that a step of this run made.
struct MadeCommit: Sendable {
    /// The path that the step was given.
    var path: WorkspacePath
    var subject: String
    /// How many image changes of the run had been made before it.
    var changesBefore = 0
}

/// What a step has done.
package struct StepOutcome: Sendable {
    package enum Result: Sendable {
        case succeeded
        /// As good as success; the reason is for people.
        case skipped(String)
        /// The step is done once this has been sent.
        case pushPending(PushNeed)
        /// Nothing is wrong, and the step is not done: it looks again after the pause, until its time is over.
        case waiting(String, after: Duration)
    }

    /// What the step changes in the own state, in the transaction that stores its outcome.
    package var stateChanges: [StateChange] = []
    package var result: Result
    package var output: [String: ConfigValue]
    package var message: String
    var imageChanges: [ImageChange] = []
    var imagesSet: [ImageChange] = []
    var imageValues: [ImageValue] = []
    /// What outputs are made of, where that is an artifact of the freight.
    var outputOrigins: [String: Set<ArtifactOrigin>] = [:]
    var warnings: [String] = []
    /// Inside a task, the outputs are the task's too.
    var isTaskOutput = false
    var mounts: [WorkspacePath] = []
    var commit: MadeCommit?
    var taken: [TakenCommit] = []
    /// The Applications that the stage's health rests on from now on.
    var applications: [ApplicationCheck]?
    /// The Applications whose change is a reason to look again at once.
    var waitsFor: [ApplicationAddress]?
    /// The pull request whose change is a reason to look again at once.
    var pullRequest: PullRequestWait?
    /// The pull request that the step is about, as it was seen.
    var pull: PromotedPull?
    /// What a merge has left on a branch.
    var landed: LandedPullRequest?
    /// What the step keeps for its next look.
    var memory: ConfigValue?

    init(_ result: Result, output: [String: ConfigValue] = [:], message: String = "") {
        self.result = result
        self.output = output
        self.message = message
    }
}
