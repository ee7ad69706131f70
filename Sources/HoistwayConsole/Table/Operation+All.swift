import HoistwayModel
import HoistwayPorts

extension Operation {
    /// All operations.
    package static let all: [Operation] =
        general + projects + stages + warehouses + freight + promotions + deliveries + server + old

    static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    /// The date since which the deprecated operations are deprecated: 2026-12-01, in seconds since 1970.
    package static let deprecatedSince = 1_796_083_200

    package static let limits = 1...500
    static let defaultLimit = 50

    // MARK: Parameters

    private static let project = Parameter(name: "project", shape: name, summary: "Only of this project.")
    private static let limit = Parameter(
        name: "limit",
        shape: .integer(1...500),
        summary: "How many items at most; \(defaultLimit) unless given."
    )
    private static let cursor = Parameter(
        name: "cursor",
        shape: .pattern(.cursor, 1...1024),
        summary: "`next` of the page before, with the same other parameters."
    )
    private static let pages = [limit, cursor]

    private static func filter(_ name: String, _ summary: String, _ shape: Shape = Operation.name) -> Parameter {
        Parameter(name: name, shape: shape, summary: summary)
    }

    // MARK: Bodies

    private static func body(_ fields: [Shape.Field], exactlyOne: [String] = []) -> Shape.Fields {
        Shape.Fields(fields: fields, exactlyOne: exactlyOne, isClosed: true)
    }

    private static func field(_ name: String, _ shape: Shape, _ summary: String, isRequired: Bool = false)
        -> Shape.Field
    {
        Shape.Field(name: name, shape: shape, isRequired: isRequired, summary: summary)
    }

    private static let freightName = "Id, unique beginning of one, or alias."
    private static let stageName = "`project/name`, or a name that only one project has."
    private static let tree = field(
        "acceptTree",
        .pattern(.objectID),
        "A tree whose exceeding of the stage's limits is accepted; use `accept`."
    )
    private static let accept = field(
        "accept",
        .list(.text(1...128), count: 1...100),
        "Digests of differences that may exceed the stage's limits, one for each branch."
    )
    private static let preview = field(
        "preview",
        name,
        "The preview that was looked at: another difference is not pushed."
    )
    private static let reason = Shape.text(
        Shape.Text(count: 1...FreightRecord.FailedVerification.maxReason, pattern: .notBlank)
    )

    // MARK: The operations

    private static let general: [Operation] = [
        Operation(
            id: .getDocument,
            method: .get,
            path: "openapi.json",
            summary: "This description of the API.",
            role: nil,
            reach: .visible,
            answer: .document
        ),
        Operation(
            id: .getCaller,
            method: .get,
            path: "whoami",
            summary: "The name, the role and the project of the token that the request carries.",
            role: .read,
            reach: .visible,
            answer: .view(CallerView.self)
        ),
        Operation(
            id: .streamEvents,
            method: .get,
            path: "events",
            summary: "The stream of changes, as server-sent events.",
            role: .read,
            reach: .visible,
            query: [
                filter(
                    "after",
                    "Begin after this revision of a list; without it, with the next change.",
                    .text(1...64)
                ),
                filter("limit", "End after so many changes.", .integer(1...10_000)),
                filter("timeout", "End after so many seconds.", .integer(1...3600)),
            ],
            answer: .events,
            problems: [.tooManyStreams, .shuttingDown]
        ),
    ]

    private static let stages: [Operation] = [
        Operation(
            id: .listStages,
            method: .get,
            path: "stages",
            summary: "List stages, with their freight and the reason for each decision.",
            role: .read,
            reach: .visible,
            query: [
                project, filter("name", "Only stages of this name."),
                filter("warehouse", "Only those that take freight of this warehouse."),
                filter("state", "Only in this state.", .values(StageState.allCases.map(\.rawValue))),
                filter("health", "Only with this health.", .values(HealthStatus.allCases.map(\.rawValue))),
                filter("mode", "Only in this mode.", .values(PromotionMode.allCases.map(\.rawValue))),
                filter("labels", "Only with all of these labels: `key=value,key=value`.", .text(1...1024)),
                filter("contains", "Only where a version, tag, digest or commit with this part lies.", .text(1...512)),
            ] + pages,
            answer: .page(StageView.self, order: "project, name"),
            tag: .pipelines(minute: true, deliveries: false)
        ),
        Operation(
            id: .getStage,
            method: .get,
            path: "projects/{project}/stages/{stage}",
            summary: "Get one stage.",
            role: .read,
            reach: .project,
            answer: .view(StageView.self),
            tag: .pipelines(minute: true, deliveries: false)
        ),
        Operation(
            id: .explainStage,
            method: .get,
            path: "projects/{project}/stages/{stage}/why",
            summary: "Explain why freight is, or is not, promoted to the stage.",
            role: .read,
            reach: .project,
            query: [filter("freight", freightName + " Without it: the newest.")],
            answer: .view(Explanation.self),
            problems: [.ambiguousName]
        ),
        Operation(
            id: .compareStage,
            method: .get,
            path: "projects/{project}/stages/{stage}/comparison",
            summary: "Compare the observed pushes of a stage with the actual pushes.",
            role: .read,
            reach: .project,
            query: [Parameter(name: "since", shape: .time, summary: "How far back.", isRequired: true)],
            answer: .view(ComparisonView.self),
            problems: [.outside]
        ),
        Operation(
            id: .createPromotion,
            method: .post,
            path: "projects/{project}/stages/{stage}/promotions",
            summary: "Promote freight to the stage.",
            role: .promote,
            reach: .project,
            body: body(
                [
                    field("freight", name, freightName),
                    field(
                        "warehouse",
                        name,
                        "The freight of this warehouse that automatic promotion would choose."
                    ), accept, preview, tree,
                ],
                exactlyOne: ["freight", "warehouse"]
            ),
            status: 201,
            answer: .view(PromotionView.self),
            problems: [.nothingToDo, .ambiguousName, .invalidValue]
        ),
        Operation(
            id: .createPreview,
            method: .post,
            path: "projects/{project}/stages/{stage}/previews",
            summary: "Start a preview of a promotion of the freight.",
            role: .promote,
            reach: .project,
            body: body([field("freight", name, freightName, isRequired: true)]),
            status: 202,
            answer: .view(PreviewView.self),
            problems: [.nothingToDo, .ambiguousName, .invalidValue, .tooManyPreviews]
        ),
        Operation(
            id: .getPreview,
            method: .get,
            path: "projects/{project}/stages/{stage}/previews/{preview}",
            summary: "Get the preview, with its results so far.",
            role: .promote,
            reach: .project,
            answer: .view(PreviewView.self)
        ),
        Operation(
            id: .cancelPreview,
            method: .delete,
            path: "projects/{project}/stages/{stage}/previews/{preview}",
            summary: "Cancel the preview.",
            role: .promote,
            reach: .project,
            answer: .view(PreviewView.self),
            problems: [.nothingToDo]
        ),
        Operation(
            id: .createDownstreamPromotions,
            method: .post,
            path: "projects/{project}/stages/{stage}/downstream-promotions",
            summary: "Promote freight to every stage that takes it from this one, or to none of them.",
            role: .promote,
            reach: .project,
            body: body([field("freight", name, freightName, isRequired: true)]),
            status: 201,
            answer: .items(PromotionView.self),
            problems: [.nothingToDo, .ambiguousName, .invalidValue]
        ),
        Operation(
            id: .approveFreight,
            method: .post,
            path: "projects/{project}/stages/{stage}/approve",
            summary: "Make freight available to the stage without verification upstream.",
            role: .promote,
            reach: .project,
            body: body([field("freight", name, freightName, isRequired: true)]),
            answer: .view(FreightView.self),
            problems: [.ambiguousName, .invalidValue]
        ),
        Operation(
            id: .verifyStage,
            method: .post,
            path: "projects/{project}/stages/{stage}/verify",
            summary: "Record that freight works in the stage, or that it does not.",
            role: .promote,
            reach: .project,
            body: body([
                field("freight", name, freightName + " Without it: all that lies in the stage."),
                field("failure", reason, "Why it does not work; without it, it works."),
            ]),
            answer: .items(FreightView.self),
            problems: [.nothingToDo, .ambiguousName, .invalidValue]
        ),
        Operation(
            id: .adoptStage,
            method: .post,
            path: "projects/{project}/stages/{stage}/adopt",
            summary: "Accept the commits of others on the stage's branches.",
            role: .promote,
            reach: .project,
            body: body([
                field("fromBranches", .boolean, "Take the stage's freight from the commits on its branches."),
                field("preview", .boolean, "Show the effect, and change nothing."),
            ]),
            answer: .items(String.self),
            problems: [.nothingToDo, .invalidValue, .refused, .outside]
        ),
        Operation(
            id: .refreshStage,
            method: .post,
            path: "projects/{project}/stages/{stage}/refresh",
            summary: "Read the stage's branches, and promote freight that has become available.",
            role: .promote,
            reach: .project,
            body: body([]),
            answer: .view(StageView.self),
            problems: [.nothingToDo, .refused, .outside]
        ),
    ]

    private static let projects: [Operation] = [
        Operation(
            id: .listProjects,
            method: .get,
            path: "projects",
            summary: "List projects with their stages, at most \(Handlers.stagesOfProject) each. "
                + "Projects that need a person come first.",
            role: .read,
            reach: .visible,
            query: pages,
            answer: .page(ProjectView.self, order: "state, the worst first; name"),
            tag: .pipelines(minute: true, deliveries: false)
        ),
        Operation(
            id: .getProject,
            method: .get,
            path: "projects/{project}",
            summary: "Get one project with all its stages.",
            role: .read,
            reach: .project,
            answer: .view(ProjectView.self),
            tag: .pipelines(minute: true, deliveries: false)
        ),
        Operation(
            id: .getGraph,
            method: .get,
            path: "projects/{project}/graph",
            summary: "Get the warehouses and stages of a project, and the edges between them.",
            role: .read,
            reach: .project,
            answer: .view(GraphView.self),
            tag: .pipelines(minute: true, deliveries: false)
        ),
        Operation(
            id: .getAttention,
            method: .get,
            path: "attention",
            summary: "List the stages that need a person.",
            role: .read,
            reach: .visible,
            query: [project],
            answer: .view(AttentionView.self),
            tag: .pipelines(minute: true, deliveries: false)
        ),
        Operation(
            id: .search,
            method: .get,
            path: "search",
            summary: "Find a commit, tag, digest, version, alias, freight, stage or promotion, and stages without it.",
            role: .read,
            reach: .visible,
            query: [
                Parameter(
                    name: "text",
                    shape: .text(SearchView.minLength...SearchView.maxLength),
                    summary: "What is looked for, or its beginning.",
                    isRequired: true
                ), project,
            ],
            answer: .view(SearchView.self)
        ),
        Operation(
            id: .getAvailability,
            method: .get,
            path: "projects/{project}/freight/{freight}/availability",
            summary: "List the stages to which the freight may be promoted, and the reasons for the others.",
            role: .read,
            reach: .project,
            query: [filter("from", "Only stages that take it from this one.")],
            answer: .view(AvailabilityView.self),
            problems: [.ambiguousName]
        ),
        Operation(
            id: .listActivity,
            method: .get,
            path: "activity",
            summary: "List who did what. A token for one project sees only actions in that project.",
            role: .read,
            reach: .visible,
            query: [project] + pages,
            answer: .page(ActivityView.self, order: "newest first")
        ),
    ]

    private static let warehouses: [Operation] = [
        Operation(
            id: .listWarehouses,
            method: .get,
            path: "warehouses",
            summary: "List warehouses, with their subscriptions.",
            role: .read,
            reach: .visible,
            query: [project, filter("name", "Only warehouses of this name.")] + pages,
            answer: .page(WarehouseView.self, order: "project, name"),
            tag: .pipelines(minute: false, deliveries: true)
        ),
        Operation(
            id: .getWarehouse,
            method: .get,
            path: "projects/{project}/warehouses/{warehouse}",
            summary: "Get one warehouse.",
            role: .read,
            reach: .project,
            answer: .view(WarehouseView.self),
            tag: .pipelines(minute: false, deliveries: true)
        ),
        Operation(
            id: .refreshWarehouse,
            method: .post,
            path: "projects/{project}/warehouses/{warehouse}/refresh",
            summary: "Read all subscriptions of the warehouse, and wait for the result.",
            role: .promote,
            reach: .project,
            body: body([]),
            answer: .view(WarehouseView.self),
            problems: [.nothingToDo, .refused, .outside]
        ),
        Operation(
            id: .createFreight,
            method: .post,
            path: "projects/{project}/warehouses/{warehouse}/freight",
            summary: "Create freight: one artifact for each subscription.",
            role: .promote,
            reach: .project,
            body: body([
                field(
                    "images",
                    .list(.text(1...1024), count: 0...100),
                    "`REPOSITORY:TAG`, with or without `@sha256:…`."
                ),
                field("commits", .list(.text(1...1024), count: 0...100), "`REPOSITORY=COMMIT`."),
                field(
                    "charts",
                    .list(.text(1...1024), count: 0...100),
                    "`REPOSITORY=VERSION`, of a classic repository `REPOSITORY/CHART=VERSION`."
                ),
                field("from", name, "Freight of the warehouse that gives the other artifacts. " + freightName),
                field("alias", name, "Without it, one is made up."),
            ]),
            status: 201,
            answer: .view(FreightView.self),
            problems: [.nothingToDo, .ambiguousName, .invalidValue, .outside]
        ),
    ]

    private static let freight: [Operation] = [
        Operation(
            id: .listFreight,
            method: .get,
            path: "freight",
            summary: "List freight.",
            role: .read,
            reach: .visible,
            query: [
                project, filter("warehouse", "Only of this warehouse."),
                filter("stage", "Only what lies in stages of this name."),
                filter(
                    "contains",
                    "Only with this tag, version or alias, or this beginning of a digest or commit.",
                    .text(1...512)
                ),
            ] + pages,
            answer: .page(FreightView.self, order: "newest discovery first; then by id and project"),
            tag: .pipelines(minute: false, deliveries: false)
        ),
        Operation(
            id: .getFreight,
            method: .get,
            path: "projects/{project}/freight/{freight}",
            summary: "Get one piece of freight.",
            role: .read,
            reach: .project,
            answer: .view(FreightView.self),
            problems: [.ambiguousName],
            tag: .pipelines(minute: false, deliveries: false)
        ),
        Operation(
            id: .renameFreight,
            method: .post,
            path: "projects/{project}/freight/{freight}/rename",
            summary: "Give freight another alias.",
            role: .promote,
            reach: .project,
            body: body([field("alias", name, "No other freight of the project has it.", isRequired: true)]),
            answer: .view(FreightView.self),
            problems: [.nothingToDo, .ambiguousName, .invalidValue]
        ),
    ]

    private static let promotions: [Operation] = [
        Operation(
            id: .listPromotions,
            method: .get,
            path: "promotions",
            summary: "List promotions, without diffs and outputs.",
            role: .read,
            reach: .visible,
            query: [
                project, filter("name", "Only the one of this name."), filter("stage", "Only to stages of this name."),
                filter("freight", "Only of this freight: its id or alias."),
                filter("phase", "Only those in this phase.", .values(PromotionPhase.allCases.map(\.rawValue))),
            ] + pages,
            answer: .page(PromotionView.self, order: "newest first"),
            tag: .pipelines(minute: false, deliveries: false)
        ),
        Operation(
            id: .getPromotion,
            method: .get,
            path: "projects/{project}/promotions/{promotion}",
            summary: "Get one promotion, with its steps and diffs.",
            role: .read,
            reach: .project,
            answer: .view(PromotionView.self),
            tag: .pipelines(minute: false, deliveries: false)
        ),
        Operation(
            id: .abortPromotion,
            method: .post,
            path: "projects/{project}/promotions/{promotion}/abort",
            summary: "Abort a promotion that waits or runs. A push or request that has begun is completed first.",
            role: .promote,
            reach: .project,
            body: body([]),
            answer: .view(PromotionView.self),
            problems: [.nothingToDo]
        ),
        Operation(
            id: .retryPromotions,
            method: .post,
            path: "promotions/retry",
            summary: "Promote failed freight again, and retry waiting promotions immediately.",
            role: .promote,
            reach: .visible,
            body: body([
                field(
                    "promotions",
                    .list(name, count: 1...500),
                    "These; without it, the newest of each stage."
                ),
                field("failed", .boolean, "Only what failed."),
                field("project", name, "Only stages of this project."),
            ]),
            answer: .items(RetriedPromotion.self),
            problems: [.notFound]
        ),
    ]

    private static let deliveries: [Operation] = [
        Operation(
            id: .listDeliveries,
            method: .get,
            path: "deliveries",
            summary:
                "List deliveries and their decisions, at most \(DeliveryView.maxListedDecisions) each, without trace.",
            role: .read,
            reach: .visible,
            query: [
                filter("state", "Only in this state.", .values(DeliveryState.allCases.map(\.rawValue))),
                Parameter(
                    name: "before",
                    shape: .integer(0...ShapeReader.exact.upperBound),
                    summary: "Only those of a smaller number; use `cursor`.",
                    isDeprecated: true
                ),
            ] + pages,
            answer: .page(DeliveryView.self, order: "newest first, by number")
        ),
        Operation(
            id: .getDelivery,
            method: .get,
            path: "deliveries/{delivery}",
            summary: "Get one delivery, with all decisions and a line for each rule that was applied.",
            role: .read,
            reach: .visible,
            answer: .view(DeliveryView.self)
        ),
        Operation(
            id: .getBacklog,
            method: .get,
            path: "deliveries/backlog",
            summary: "Count the deliveries of all projects that are not processed yet.",
            role: .read,
            reach: .visible,
            answer: .view(DeliveryQueue.self)
        ),
        Operation(
            id: .retryDeliveries,
            method: .post,
            path: "deliveries/retry",
            summary: "Process deliveries again.",
            role: .promote,
            reach: .visible,
            body: body(
                [
                    field("ids", .list(.integer(0...ShapeReader.exact.upperBound), count: 1...500), "These."),
                    field("failed", .yes, "All that failed, except those whose sender is at fault."),
                ],
                exactlyOne: ["ids", "failed"]
            ),
            answer: .view(Count.self),
            problems: [.notFound]
        ),
    ]

    private static let server: [Operation] = [
        Operation(
            id: .listRefusals,
            method: .get,
            path: "refusals",
            summary: "List the requests that the receivers refused since the start, at most 200 for each receiver.",
            role: .read,
            reach: .visible,
            query: [filter("receiver", "Only of this receiver."), limit],
            answer: .items(RefusalView.self)
        ),
        Operation(
            id: .listManifests,
            method: .get,
            path: "manifests",
            summary:
                "List the sources of manifests in Git, the active commit of each, and errors in newer commits.",
            role: .read,
            reach: .visible,
            answer: .items(ManifestSourceView.self)
        ),
        Operation(
            id: .listClusters,
            method: .get,
            path: "clusters",
            summary:
                "List the Kubernetes clusters, and whether the known state of their Applications is current.",
            role: .read,
            reach: .visible,
            answer: .items(ClusterView.self)
        ),
        Operation(
            id: .reload,
            method: .post,
            path: "reload",
            summary:
                "Read the configuration again. With errors, nothing changes. The answer lists changes and warnings.",
            role: .admin,
            reach: .all,
            body: body([]),
            answer: .items(String.self),
            problems: [.refused, .outside]
        ),
        Operation(
            id: .listTokens,
            method: .get,
            path: "tokens",
            summary: "List names and roles of tokens, never the tokens themselves.",
            role: .admin,
            reach: .visible,
            query: pages,
            answer: .page(TokenView.self, order: "name")
        ),
        Operation(
            id: .createToken,
            method: .post,
            path: "tokens",
            summary: "Create a token. The token is shown only in this answer.",
            role: .admin,
            reach: .visible,
            body: body([
                field("name", .pattern(.tokenName), "Changes that it makes are recorded under it.", isRequired: true),
                field(
                    "role",
                    .values(TokenRole.allCases.map(\.rawValue)),
                    "Each includes those before it.",
                    isRequired: true
                ),
                field("project", name, "The only project that it may see; without it, all that the caller may see."),
            ]),
            status: 201,
            answer: .view(NewToken.self),
            problems: [.nameTaken],
            links: [.getToken: ["token": "name"], .deleteToken: ["token": "name"]],
            isSecret: true
        ),
        Operation(
            id: .getToken,
            method: .get,
            path: "tokens/{token}",
            summary: "Get a token's name and role.",
            role: .admin,
            reach: .visible,
            answer: .view(TokenView.self)
        ),
        Operation(
            id: .deleteToken,
            method: .delete,
            path: "tokens/{token}",
            summary: "Delete a token. It and its event streams end immediately.",
            role: .admin,
            reach: .visible,
            answer: .view(TokenView.self),
            problems: [.lastAdminToken]
        ),
        Operation(
            id: .createSignInLink,
            method: .post,
            path: "sign-in-links",
            summary: "Create a link that signs a browser in with this token. It works once, within a minute.",
            role: .read,
            reach: .visible,
            body: body([]),
            answer: .view(SignInLink.self),
            isSecret: true
        ),
        Operation(
            id: .listAudit,
            method: .get,
            path: "audit",
            summary: "List changes: who, what and when.",
            role: .admin,
            reach: .all,
            query: pages,
            answer: .page(AuditRecord.self, order: "newest first, by id")
        ),
    ]

    private static let old: [Operation] = [
        Operation(
            id: .oldPromote,
            method: .post,
            path: "promote",
            summary: "Promote freight.",
            role: .promote,
            reach: .visible,
            body: body([
                field("stage", name, stageName), field("downstreamFrom", name, stageName),
                field("freight", name, freightName), field("warehouse", name, "Its candidate."), accept, preview, tree,
            ]),
            status: 201,
            answer: .various,
            problems: [.notFound, .nothingToDo, .ambiguousName, .invalidValue],
            successor: .createPromotion
        ),
        Operation(
            id: .oldAbort,
            method: .post,
            path: "abort",
            summary: "Abort a promotion.",
            role: .promote,
            reach: .visible,
            body: body([field("promotion", name, "Its name.", isRequired: true)]),
            answer: .view(PromotionView.self),
            problems: [.notFound, .nothingToDo],
            successor: .abortPromotion
        ),
        Operation(
            id: .oldApprove,
            method: .post,
            path: "approve",
            summary: "Make freight available to a stage.",
            role: .promote,
            reach: .visible,
            body: body([
                field("stage", name, stageName, isRequired: true),
                field("freight", name, freightName, isRequired: true),
            ]),
            answer: .view(FreightView.self),
            problems: [.notFound, .ambiguousName, .invalidValue],
            successor: .approveFreight
        ),
        Operation(
            id: .oldVerify,
            method: .post,
            path: "verify",
            summary: "Record whether freight works in a stage.",
            role: .promote,
            reach: .visible,
            body: body([
                field("stage", name, stageName, isRequired: true), field("freight", name, freightName),
                field("failed", .boolean, "Goes with `reason`."), field("reason", reason, "Goes with `failed`."),
            ]),
            answer: .items(FreightView.self),
            problems: [.notFound, .nothingToDo, .ambiguousName, .invalidValue],
            successor: .verifyStage
        ),
        Operation(
            id: .oldAdopt,
            method: .post,
            path: "adopt",
            summary: "Accept the commits of others.",
            role: .promote,
            reach: .visible,
            body: body([
                field("stage", name, stageName, isRequired: true), field("fromBranches", .boolean, "From the commits."),
                field("preview", .boolean, "Change nothing."),
            ]),
            answer: .items(String.self),
            problems: [.notFound, .nothingToDo, .ambiguousName, .invalidValue, .refused, .outside],
            successor: .adoptStage
        ),
        Operation(
            id: .oldRefresh,
            method: .post,
            path: "refresh",
            summary: "Read a warehouse or a stage now. The answer is that warehouse or stage.",
            role: .promote,
            reach: .visible,
            body: body(
                [field("warehouse", name, stageName), field("stage", name, stageName)],
                exactlyOne: ["warehouse", "stage"]
            ),
            answer: .various,
            problems: [.notFound, .nothingToDo, .ambiguousName, .refused, .outside],
            successor: .refreshWarehouse
        ),
        Operation(
            id: .oldRenameFreight,
            method: .post,
            path: "freight/rename",
            summary: "Give freight another alias.",
            role: .promote,
            reach: .visible,
            body: body([
                field("project", name, "Needed where the token sees several."),
                field("freight", name, freightName, isRequired: true),
                field("alias", name, "The new one.", isRequired: true),
            ]),
            answer: .view(FreightView.self),
            problems: [.notFound, .nothingToDo, .ambiguousName, .invalidValue],
            successor: .renameFreight
        ),
        Operation(
            id: .oldCreateFreight,
            method: .post,
            path: "freight/create",
            summary: "Create freight.",
            role: .promote,
            reach: .visible,
            body: body([
                field("warehouse", name, stageName, isRequired: true),
                field(
                    "freight",
                    .object(
                        body([
                            field("images", .list(.text(1...1024), count: 0...100), "", isRequired: true),
                            field("commits", .list(.text(1...1024), count: 0...100), "", isRequired: true),
                            field("charts", .list(.text(1...1024), count: 0...100), "", isRequired: true),
                            field("from", name, freightName), field("alias", name, "The alias."),
                        ])
                    ),
                    "The artifacts.",
                    isRequired: true
                ),
            ]),
            status: 201,
            answer: .view(FreightView.self),
            problems: [.notFound, .nothingToDo, .ambiguousName, .invalidValue, .outside],
            successor: .createFreight
        ),
        Operation(
            id: .oldPromotion,
            method: .get,
            path: "promotions/{promotion}",
            summary: "Get one promotion.",
            role: .read,
            reach: .visible,
            answer: .view(PromotionView.self),
            successor: .getPromotion
        ),
        Operation(
            id: .oldWhy,
            method: .get,
            path: "why",
            summary: "Explain why freight is, or is not, promoted to a stage.",
            role: .read,
            reach: .visible,
            query: [
                Parameter(name: "stage", shape: name, summary: stageName, isRequired: true),
                filter("freight", freightName),
            ],
            answer: .view(Explanation.self),
            problems: [.notFound, .ambiguousName],
            successor: .explainStage
        ),
        Operation(
            id: .oldCompare,
            method: .get,
            path: "compare",
            summary: "Compare observed and actual pushes.",
            role: .read,
            reach: .visible,
            query: [
                Parameter(name: "stage", shape: name, summary: stageName, isRequired: true),
                Parameter(name: "since", shape: .time, summary: "How far back.", isRequired: true),
            ],
            answer: .view(ComparisonView.self),
            problems: [.notFound, .ambiguousName, .outside],
            successor: .compareStage
        ),
    ]
}
