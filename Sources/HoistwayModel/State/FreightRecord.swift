/// Freight ids are unique within a project.
package struct FreightKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var project: String
    package var id: FreightID

    package init(project: String, id: FreightID) {
        self.project = project
        self.id = id
    }

    package var description: String { "\(project)/\(id)" }
}

/// Freight and where it has been.
package struct FreightRecord: Sendable, Equatable, Codable {
    package struct Verification: Sendable, Equatable, Codable {
        package var verifiedAt: Timestamp
        /// The longest that it stayed there without a break, as far as it has ended.
        package var longestSoak: Duration?
        /// `true`: the stage has no steps, and the freight passed through it without ever lying there.
        package var isPassage: Bool?
        /// For sentences: `its health`, `token ann`; `nil`: the success of its promotion.
        package var by: String?

        package init(
            verifiedAt: Timestamp,
            longestSoak: Duration? = nil,
            isPassage: Bool? = nil,
            by: String? = nil
        ) {
            self.verifiedAt = verifiedAt
            self.longestSoak = longestSoak
            self.isPassage = isPassage
            self.by = by
        }
    }

    /// Somebody has found that the freight does not work in a stage.
    package struct FailedVerification: Sendable, Equatable, Codable {
        /// Longest reason, in characters.
        package static let maxReason = 1000

        package var failedAt: Timestamp
        package var actor: String
        package var reason: String

        package init(failedAt: Timestamp, actor: String, reason: String) {
            self.failedAt = failedAt
            self.actor = actor
            self.reason = reason
        }
    }

    package struct Approval: Sendable, Equatable, Codable {
        package var approvedAt: Timestamp
        package var actor: String

        package init(approvedAt: Timestamp, actor: String) {
            self.approvedAt = approvedAt
            self.actor = actor
        }
    }

    package var freight: Freight
    /// By stage name, as the other two.
    package var currentlyIn: [String: Timestamp]
    package var verifiedIn: [String: Verification]
    package var approvedFor: [String: Approval]
    /// Stages in observe mode that have gone through its promotion: for others in that mode, as good as verified.
    package var observedIn: [String: Timestamp]?
    /// By stage; `nil`: none.
    ///
    /// A stage is not in ``verifiedIn`` at the same time.
    package var failedIn: [String: FailedVerification]?
    /// Stages that it was promoted to without anything being done there, and why; `nil`: none.
    package var unverifiedIn: [String: String]?
    /// What it came from, for people: `app-github delivery 17, pushed by octocat`.
    package var cause: String
    /// The number of the delivery that completed it; `nil` where discovery did, or an older version recorded it.
    package var delivery: Int64?
    /// What `set-metadata` has put there; `nil`: nothing.
    package var metadata: [String: ConfigValue]?

    package init(
        freight: Freight,
        currentlyIn: [String: Timestamp] = [:],
        verifiedIn: [String: Verification] = [:],
        approvedFor: [String: Approval] = [:],
        cause: String = "",
        delivery: Int64? = nil
    ) {
        self.freight = freight
        self.currentlyIn = currentlyIn
        self.verifiedIn = verifiedIn
        self.approvedFor = approvedFor
        self.cause = cause
        self.delivery = delivery
    }

    /// Notes that a stage has verified it.
    ///
    /// - Parameter actor: `nil`: its promotion has done so by its success.
    package mutating func verify(in stage: String, at now: Timestamp, by actor: String?) {
        verifiedIn[stage] = Verification(verifiedAt: now, by: actor)
        forgetFailure(in: stage)
    }

    package mutating func forgetFailure(in stage: String) {
        failedIn?[stage] = nil
        if failedIn?.isEmpty == true { failedIn = nil }
    }

    package var key: FreightKey { FreightKey(project: freight.origin.project, id: freight.id) }
}
