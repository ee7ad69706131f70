package import HoistwayModel

/// The only data that Kargo's functions can read during the evaluation of a stage's promotion.
package struct PromotionSurroundings: Sendable {
    /// A warehouse whose freight the stage requests.
    package struct Origin: Sendable {
        package var warehouse: String
        /// `nil`: there is no such warehouse.
        package var subscriptions: [Subscription]?
        /// Artifacts of the freight from this warehouse, in the promoted collection.
        package var artifacts: [Artifact]

        package init(warehouse: String, subscriptions: [Subscription]?, artifacts: [Artifact]) {
            self.warehouse = warehouse
            self.subscriptions = subscriptions
            self.artifacts = artifacts
        }
    }

    /// A step of the promotion that has begun or ended.
    package struct Step: Sendable {
        /// With the namespace of its task, as `task::step`.
        package var alias: String
        /// In Kargo's spelling: `Succeeded`, `Skipped`, `Running`, `Failed`, `Errored` or `Aborted`.
        package var status: String
        package var continueOnError: Bool
        package var message = ""
        package var errorCount = 0
        package var startedAt: Moment?
        package var finishedAt: Moment?

        package init(alias: String, status: String, continueOnError: Bool = false) {
            self.alias = alias
            self.status = status
            self.continueOnError = continueOnError
        }
    }

    package typealias Lookup = @Sendable (_ name: String) throws(ExpressionError) -> Value?

    /// In the order of `requestedFreight`.
    package var origins: [Origin]
    package var steps: [Step]
    /// The step whose configuration is evaluated.
    package var currentAlias: String
    /// `nil`: there is no such freight, or it has no metadata.
    package var freightMetadata: Lookup
    package var freightStatus: Lookup
    package var stageMetadata: Lookup
    /// `nil`: there is no such object; its keys read as the empty string.
    package var configMap: Lookup
    package var sharedConfigMap: Lookup
    package var secret: Lookup
    package var sharedSecret: Lookup

    package init(
        origins: [Origin] = [],
        steps: [Step] = [],
        currentAlias: String = "",
        freightMetadata: @escaping Lookup = { _ in nil },
        freightStatus: @escaping Lookup = { _ in nil },
        stageMetadata: @escaping Lookup = { _ in nil },
        configMap: @escaping Lookup = { _ in nil },
        sharedConfigMap: @escaping Lookup = { _ in nil },
        secret: @escaping Lookup = { _ in nil },
        sharedSecret: @escaping Lookup = { _ in nil }
    ) {
        self.origins = origins
        self.steps = steps
        self.currentAlias = currentAlias
        self.freightMetadata = freightMetadata
        self.freightStatus = freightStatus
        self.stageMetadata = stageMetadata
        self.configMap = configMap
        self.sharedConfigMap = sharedConfigMap
        self.secret = secret
        self.sharedSecret = sharedSecret
    }
}

/// The place of an expression, which decides which of Kargo's functions it may call.
package enum ExpressionPlace: Sendable, CaseIterable {
    /// A step's `if` and `config`.
    case step
    /// `vars` of stages, promotion templates, tasks and steps.
    case variable
    /// `freightCreationCriteria` of a warehouse.
    case freightCriteria
    /// `fromExpression`, `successExpression` and similar fields, and `expressionFilter`.
    case bare
}
