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
        approvedFor: [String]
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
    }
}
