package import HoistwayCrypto
package import HoistwayModel

/// All values of the configuration file, with defaults filled in.
///
/// Paths are complete.
///
/// A type without secrets prints all its values; secrets print as `***`.
package struct Settings: Sendable, Equatable {
    /// Promotions are pushed unless the mode in the file is `observe`.
    package static let defaultMode = PromotionMode.promote
    /// An unknown field of a Kargo manifest is a warning.
    package static let defaultStrict = false
    /// `verification.whenMissing`: the verification in the manifest does not count as done.
    package static let defaultMissingVerification = MissingVerification.wait
    /// `promotions.statuses`: a token may not be allowed to set any.
    package static let defaultStatuses = false
    /// `sharedResources.namespace`: Kargo's own.
    package static let defaultSharedNamespace = "kargo-shared-resources"

    /// The configuration file.
    package var file: String
    package var mode: PromotionMode
    package var webhooks: WebhookSettings
    package var console: ConsoleSettings
    package var health: HealthSettings
    package var state: StateSettings
    package var git: GitSettings
    package var programs: ProgramSettings
    package var registries: [RegistrySettings]
    package var notifications: [NotificationSettings]
    package var log: LogSettings
    /// Kargo manifests, in the order read: each pattern's files sorted by name.
    package var manifestFiles: [String]
    package var manifestSources: [FollowedManifests]
    package var manifestVariables: [ManifestVariable]
    package var strict: Bool
    /// `kubernetes.clusters`.
    package var clusters: [ClusterSettings]
    /// For all projects without a value of their own, key by key.
    package var argocd: ArgoCDSettings
    /// Where it is on, its manifests are one of `manifestSources`.
    package var imageUpdater: ImageUpdaterSettings
    /// For all projects without a value of their own.
    package var missingVerification = Settings.defaultMissingVerification
    /// Whether promotions are shown as commit statuses; for all projects without a value of their own.
    package var statuses = Settings.defaultStatuses
    /// The namespace whose credentials, Secrets and ConfigMaps all projects share.
    package var sharedNamespace: String
    /// For all projects without a value of their own, key by key.
    package var http = HTTPOptions()
    /// The channels that manifests name as `ClusterMessageChannel`.
    package var messageChannels: [MessageChannelSettings] = []
    /// Warnings of `check` that a person accepts.
    package var acknowledged: [Acknowledgement]
    /// Our own options of projects and stages; already applied to the pipelines.
    package var projects: [String: ProjectOptions]

    package init(
        file: String,
        mode: PromotionMode = Settings.defaultMode,
        webhooks: WebhookSettings = WebhookSettings(),
        console: ConsoleSettings = ConsoleSettings(),
        health: HealthSettings = HealthSettings(),
        state: StateSettings,
        git: GitSettings,
        programs: ProgramSettings = ProgramSettings(),
        registries: [RegistrySettings] = [],
        notifications: [NotificationSettings] = [],
        log: LogSettings = LogSettings(),
        manifestFiles: [String] = [],
        manifestSources: [FollowedManifests] = [],
        manifestVariables: [ManifestVariable] = [],
        strict: Bool = Settings.defaultStrict,
        clusters: [ClusterSettings] = [],
        argocd: ArgoCDSettings = ArgoCDSettings(),
        imageUpdater: ImageUpdaterSettings = ImageUpdaterSettings(),
        sharedNamespace: String = Settings.defaultSharedNamespace,
        acknowledged: [Acknowledgement] = [],
        projects: [String: ProjectOptions] = [:]
    ) {
        self.file = file
        self.mode = mode
        self.webhooks = webhooks
        self.console = console
        self.health = health
        self.state = state
        self.git = git
        self.programs = programs
        self.registries = registries
        self.notifications = notifications
        self.log = log
        self.manifestFiles = manifestFiles
        self.manifestSources = manifestSources
        self.manifestVariables = manifestVariables
        self.strict = strict
        self.clusters = clusters
        self.argocd = argocd
        self.imageUpdater = imageUpdater
        self.sharedNamespace = sharedNamespace
        self.acknowledged = acknowledged
        self.projects = projects
    }
}

/// A name that manifests may use as `${NAME}`.
package struct ManifestVariable: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        /// The value of the environment variable of that name.
        case environment
        /// The contents of a file or a credential; `nil` where reading failed, which is reported.
        case file(Secret?)
    }

    package var name: String
    /// Only inside Secret manifests.
    package var isSecret: Bool
    package var source: Source
    package var place: SourcePlace

    package init(name: String, isSecret: Bool, source: Source = .environment, place: SourcePlace) {
        self.name = name
        self.isSecret = isSecret
        self.source = source
        self.place = place
    }
}

/// The options of one project in our own file.
package struct ProjectOptions: Sendable, Equatable {
    /// `nil`: as for the whole program.
    package var mode: PromotionMode?
    package var stages: [String: StageOptions]
    package var warehouses: [String: WarehouseOptions]
    package var commitTemplate: CommitTemplate?
    /// `nil`, also of each key: as for the whole program.
    package var argocd: ArgoCDSettings?
    /// `nil`: as for the whole program.
    package var missingVerification: MissingVerification?
    /// `nil`: as for the whole program.
    package var statuses: Bool?
    /// `nil`, also of each key: as for the whole program.
    package var http: HTTPOptions?
    /// The channels that manifests name as `MessageChannel`.
    package var messageChannels: [MessageChannelSettings] = []
    package var place: SourcePlace

    package init(
        mode: PromotionMode? = nil,
        stages: [String: StageOptions] = [:],
        warehouses: [String: WarehouseOptions] = [:],
        commitTemplate: CommitTemplate? = nil,
        argocd: ArgoCDSettings? = nil,
        place: SourcePlace
    ) {
        self.mode = mode
        self.stages = stages
        self.warehouses = warehouses
        self.commitTemplate = commitTemplate
        self.argocd = argocd
        self.place = place
    }
}

/// The options of one stage in our own file; `nil` keeps the default.
package struct StageOptions: Sendable, Equatable {
    package var mode: PromotionMode?
    package var foreignCommits: Stage.ForeignCommits?
    package var deletedFiles: Int?
    package var changedFiles: Int?
    package var carriesImages: Bool?
    package var supersedes: Bool?
    package var place: SourcePlace

    package init(
        mode: PromotionMode? = nil,
        foreignCommits: Stage.ForeignCommits? = nil,
        deletedFiles: Int? = nil,
        changedFiles: Int? = nil,
        carriesImages: Bool? = nil,
        supersedes: Bool? = nil,
        place: SourcePlace
    ) {
        self.mode = mode
        self.foreignCommits = foreignCommits
        self.deletedFiles = deletedFiles
        self.changedFiles = changedFiles
        self.carriesImages = carriesImages
        self.supersedes = supersedes
        self.place = place
    }
}

/// The options of one warehouse in our own file.
package struct WarehouseOptions: Sendable, Equatable {
    package var onTagMoved: ImageSubscription.MovedTagRule?
    package var place: SourcePlace

    package init(onTagMoved: ImageSubscription.MovedTagRule? = nil, place: SourcePlace) {
        self.onTagMoved = onTagMoved
        self.place = place
    }
}
