package import HoistwayModel

/// Freight, with the stages that it is in.
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
    /// By stage: who marked the freight as failed there, when, and why; `nil`: nobody.
    package var failedIn: [String: FreightRecord.FailedVerification]?
    package var approvedFor: [String]
    /// Its artifacts as values.
    package var contents: [ArtifactView]
    /// Every stage that the freight has been in, is verified in, is approved for or is being promoted to; by name.
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

    /// The relation of freight to one stage.
    package struct TrailEntry: Sendable, Codable, Equatable {
        package var stage: String
        /// Whether the freight is in the stage now.
        package var isPresent: Bool
        /// Since when the freight is in the stage; `nil`: it is not there.
        package var since: Timestamp?
        package var verifiedAt: Timestamp?
        /// `its health` or `token ann`; `nil`: it is verified by its promotion's success, or it is not verified.
        package var verifiedBy: String?
        /// Why its verification in the stage failed.
        package var verificationFailure: FreightRecord.FailedVerification?
        package var approvedAt: Timestamp?
        /// The name of the token.
        package var approvedBy: String?
        /// Its newest promotion to the stage, as long as that is kept.
        package var promotion: String?
        package var phase: PromotionPhase?

        package init(stage: String, isPresent: Bool) {
            self.stage = stage
            self.isPresent = isPresent
        }
    }
}
