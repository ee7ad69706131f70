package import HoistwayModel

/// Freight, and where it is.
package struct FreightView: Sendable, Codable, Equatable {
    package var id: String
    package var alias: String
    package var project: String
    package var warehouse: String
    /// One line for each artifact: `registry.example.com/app:1.2.3@sha256:…`.
    package var artifacts: [String]
    package var discoveredAt: Timestamp
    package var cause: String
    package var currentlyIn: [String]
    package var verifiedIn: [String]
    /// By stage: who found that it does not work there, when, and why; `nil`: nobody.
    package var failedIn: [String: FreightRecord.FailedVerification]?
    package var approvedFor: [String]
    /// Its artifacts as values.
    package var contents: [ArtifactView]
    /// Every stage that it has been in, is verified in, is approved for or is on its way to; by name.
    package var trail: [TrailEntry]

    package init(
        id: String,
        alias: String,
        project: String,
        warehouse: String,
        artifacts: [String],
        discoveredAt: Timestamp,
        cause: String,
        currentlyIn: [String],
        verifiedIn: [String],
        failedIn: [String: FreightRecord.FailedVerification]? = nil,
        approvedFor: [String],
        contents: [ArtifactView] = [],
        trail: [TrailEntry] = []
    ) {
        self.id = id
        self.alias = alias
        self.project = project
        self.warehouse = warehouse
        self.artifacts = artifacts
        self.discoveredAt = discoveredAt
        self.cause = cause
        self.currentlyIn = currentlyIn
        self.verifiedIn = verifiedIn
        self.failedIn = failedIn
        self.approvedFor = approvedFor
        self.contents = contents
        self.trail = trail
    }

    /// Freight and one stage.
    package struct TrailEntry: Sendable, Codable, Equatable {
        package var stage: String
        /// It lies there now.
        package var isPresent: Bool
        /// Since when it lies there; `nil`: it does not.
        package var since: Timestamp?
        package var verifiedAt: Timestamp?
        /// `its health`, `token ann`; `nil`: the success of its promotion, or it is not verified.
        package var verifiedBy: String?
        /// Why it was found not to work there.
        package var verificationFailure: FreightRecord.FailedVerification?
        package var approvedAt: Timestamp?
        /// The name of the token.
        package var approvedBy: String?
        /// The newest promotion of it to the stage, as far as it is kept.
        package var promotion: String?
        package var phase: PromotionPhase?

        package init(stage: String, isPresent: Bool) {
            self.stage = stage
            self.isPresent = isPresent
        }
    }
}
