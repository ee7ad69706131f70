/// A Kargo Stage: the freight that it requests, and how freight is promoted to it.
package struct Stage: Sendable, Equatable, Codable {
    package enum Promotion: Sendable, Equatable, Codable {
        /// Nothing is promoted here; available freight is verified at once.
        case controlFlow
        case steps([StepTemplate])
        /// The mechanisms of Kargo 0.7 and 0.8; they become steps when a promotion is created.
        case mechanisms(PromotionMechanisms)
    }

    /// How to handle commits of others where a promotion replaces the whole tree of a branch.
    package enum ForeignCommits: String, Sendable, Codable, CaseIterable {
        case stop
        case keep
        case overwrite
    }

    /// The most changes of a promotion that need no acceptance by a person.
    package struct Limits: Sendable, Equatable, Codable {
        package var deletedFiles: Int
        package var changedFiles: Int

        package init(deletedFiles: Int = 0, changedFiles: Int = 50) {
            self.deletedFiles = deletedFiles
            self.changedFiles = changedFiles
        }
    }

    package var key: StageKey
    package var labels: [String: String]
    package var requestedFreight: [FreightRequest]
    package var promotion: Promotion
    /// `vars` of the stage, then those of its promotion template; every step can use them.
    package var variables: [PipelineVariable]
    /// Whether the manifest requests a verification beyond "the promotion succeeded"; Hoistway does not execute it.
    package var hasVerification: Bool
    /// For a stage with such a verification.
    package var missingVerification: MissingVerification
    package var foreignCommits: ForeignCommits
    package var limits: Limits
    /// Where a promotion replaces the tree: whether image entries that are not in its freight are kept from the branch.
    package var carriesImages: Bool
    /// Whether newer freight replaces an automatic promotion; if not, all freight is promoted in its order.
    package var supersedes: Bool
    package var mode: PromotionMode?
    /// For steps that use Argo CD.
    package var missingArgoCD: MissingArgoCD
    package var annotations: ObjectAnnotations?
    package var place: SourcePlace

    package init(
        key: StageKey,
        labels: [String: String] = [:],
        requestedFreight: [FreightRequest],
        promotion: Promotion,
        variables: [PipelineVariable] = [],
        hasVerification: Bool = false,
        missingVerification: MissingVerification = .wait,
        foreignCommits: ForeignCommits = .stop,
        limits: Limits = Limits(),
        carriesImages: Bool = false,
        supersedes: Bool = true,
        mode: PromotionMode? = nil,
        missingArgoCD: MissingArgoCD = .fail,
        annotations: ObjectAnnotations? = nil,
        place: SourcePlace
    ) {
        self.key = key
        self.labels = labels
        self.requestedFreight = requestedFreight
        self.promotion = promotion
        self.variables = variables
        self.hasVerification = hasVerification
        self.missingVerification = missingVerification
        self.foreignCommits = foreignCommits
        self.limits = limits
        self.carriesImages = carriesImages
        self.supersedes = supersedes
        self.mode = mode
        self.missingArgoCD = missingArgoCD
        self.annotations = annotations
        self.place = place
    }
}

extension Stage {
    /// Whether a promotion may create checks of Applications on which the stage's health depends.
    package var updatesApplications: Bool {
        switch promotion {
        case .controlFlow: false
        case .steps(let steps): steps.contains { $0.uses == "argocd-update" && $0.constantCondition != false }
        case .mechanisms(let mechanisms): !mechanisms.argoCDAppUpdates.isEmpty
        }
    }
}

/// An origin of a stage's freight, with the conditions for the freight's availability.
package struct FreightRequest: Sendable, Equatable, Codable {
    package enum Availability: String, Sendable, Codable, CaseIterable {
        case oneOf = "OneOf"
        case all = "All"
    }

    package enum SelectionPolicy: String, Sendable, Codable, CaseIterable {
        case newestFreight = "NewestFreight"
        case matchUpstream = "MatchUpstream"
    }

    /// The warehouse's name, in the stage's own project.
    package var warehouse: String
    package var direct: Bool
    /// Upstream stages of the same project.
    package var stages: [String]
    package var availability: Availability
    package var requiredSoak: Duration?
    package var selection: SelectionPolicy

    package init(
        warehouse: String,
        direct: Bool = false,
        stages: [String] = [],
        availability: Availability = .oneOf,
        requiredSoak: Duration? = nil,
        selection: SelectionPolicy = .newestFreight
    ) {
        self.warehouse = warehouse
        self.direct = direct
        self.stages = stages
        self.availability = availability
        self.requiredSoak = requiredSoak
        self.selection = selection
    }
}

/// A step of a promotion in the manifest; the steps of a task replace the task.
package struct StepTemplate: Sendable, Equatable, Codable {
    package var uses: String
    /// Its name in later steps: `as`, otherwise `step-<position>`; in a task `<task>::<step>`.
    package var alias: String
    /// Its texts may contain expressions; values that the manifests alone decide are already filled in.
    package var config: ConfigValue
    /// The template in `if`; `nil`: the step runs unless an earlier one failed.
    package var condition: String?
    /// The value of `condition`, where the manifests alone decide it.
    package var constantCondition: Bool?
    /// Those of its task, of the step that calls the task, and its own, in this order; `nil`: there are none.
    package var variables: [PipelineVariable]?
    package var continueOnError: Bool
    /// Consecutive errors until the step fails; 1 means no retry.
    package var errorThreshold: Int
    /// Zero: no limit; `nil`: the limit in the step's schema.
    package var timeout: Duration?
    /// The behaviour while no cluster is configured; set when a promotion is created.
    ///
    /// `nil`: stored by a version that always skipped such steps.
    package var missingArgoCD: MissingArgoCD?
    /// Whether it comes from Kargo's old mechanisms, which ignored missing sources of Applications; `nil`: no.
    package var isOfMechanisms: Bool?
    package var place: SourcePlace

    package init(
        uses: String,
        alias: String,
        config: ConfigValue,
        condition: String? = nil,
        constantCondition: Bool? = nil,
        variables: [PipelineVariable]? = nil,
        continueOnError: Bool = false,
        errorThreshold: Int = 1,
        timeout: Duration? = nil,
        missingArgoCD: MissingArgoCD? = nil,
        place: SourcePlace
    ) {
        self.uses = uses
        self.alias = alias
        self.config = config
        self.condition = condition
        self.constantCondition = constantCondition
        self.variables = variables
        self.continueOnError = continueOnError
        self.errorThreshold = errorThreshold
        self.timeout = timeout
        self.missingArgoCD = missingArgoCD
        self.place = place
    }
}
