/// A Kargo Stage: the freight that it asks for, and how freight is promoted to it.
package struct Stage: Sendable, Equatable, Codable {
    package enum Promotion: Sendable, Equatable, Codable {
        /// Nothing is promoted here; what is available is verified at once.
        case controlFlow
        case steps([StepTemplate])
        /// Kargo 0.7's and 0.8's way; becomes steps when a promotion is created.
        case mechanisms(PromotionMechanisms)
    }

    /// What to do with commits of others where a promotion replaces the whole tree of a branch.
    package enum ForeignCommits: String, Sendable, Codable, CaseIterable {
        case stop
        case keep
        case overwrite
    }

    /// What a promotion may change before a person is asked.
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
    /// `vars` of the stage, then those of its promotion template; every step sees them.
    package var variables: [PipelineVariable]
    /// Whether the manifest asks for a verification beyond "the promotion succeeded"; known, not yet run.
    package var hasVerification: Bool
    /// For a stage with such a verification.
    package var missingVerification: MissingVerification
    package var foreignCommits: ForeignCommits
    package var limits: Limits
    /// Where a promotion replaces the tree: image entries that its freight does not carry are taken from the branch.
    package var carriesImages: Bool
    /// Whether an automatic promotion gives way to newer freight; if not, all freight is promoted in its order.
    package var supersedes: Bool
    package var mode: PromotionMode?
    /// For steps that talk to Argo CD.
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
    /// Whether a promotion may leave Applications that the stage's health rests on.
    package var updatesApplications: Bool {
        switch promotion {
        case .controlFlow: false
        case .steps(let steps): steps.contains { $0.uses == "argocd-update" && $0.constantCondition != false }
        case .mechanisms(let mechanisms): !mechanisms.argoCDAppUpdates.isEmpty
        }
    }
}

/// One origin that a stage asks freight of, and what makes such freight available.
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
    /// Upstream stages, of the same project.
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

/// One step of a promotion as the manifest gives it; a task's steps stand in the place of the task.
package struct StepTemplate: Sendable, Equatable, Codable {
    package var uses: String
    /// What later steps call it: `as`, else `step-<position>`; in a task `<task>::<step>`.
    package var alias: String
    /// Its texts may hold expressions: whatever can be known from the manifests alone is in their place already.
    package var config: ConfigValue
    /// What `if` says, a template; `nil`: the step runs unless an earlier one did not succeed.
    package var condition: String?
    /// What `condition` comes to, where the manifests alone decide it.
    package var constantCondition: Bool?
    /// Of its task, of the step that calls the task, and its own, in this order; `nil`: none.
    package var variables: [PipelineVariable]?
    package var continueOnError: Bool
    /// Consecutive errors allowed before giving up; 1 is no retry.
    package var errorThreshold: Int
    /// Zero: no limit; `nil`: what the step's schema says.
    package var timeout: Duration?
    /// What the step does while no cluster is configured; set when a promotion is created.
    ///
    /// `nil`: a version that skipped such steps in any case has stored it.
    package var missingArgoCD: MissingArgoCD?
    /// Made of Kargo's old promotion mechanisms, which passed over Applications' sources that they did not find; `nil`: no.
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
