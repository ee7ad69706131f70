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

/// Freight, with the stages that it has been in.
package struct FreightRecord: Sendable, Equatable, Codable {
    package struct Verification: Sendable, Equatable, Codable {
        package var verifiedAt: Timestamp
        /// The longest completed stay in the stage without a break.
        package var longestSoak: Duration?
        /// `true`: the stage has no steps, and the freight only passed through it.
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

    /// A person's verdict that the freight does not work in a stage.
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
    /// By stage name; the same for the next two.
    package var currentlyIn: [String: Timestamp]
    package var verifiedIn: [String: Verification]
    package var approvedFor: [String: Approval]
    /// Stages that completed its promotion in observe mode: other stages in that mode count it as verified there.
    package var observedIn: [String: Timestamp]?
    /// By stage; `nil`: there is none.
    ///
    /// A stage is not in ``verifiedIn`` at the same time.
    package var failedIn: [String: FailedVerification]?
    /// Stages whose promotion of it had no effect, with the reason; `nil`: there are none.
    package var unverifiedIn: [String: String]?
    /// Its cause, for people: `app-github delivery 17, pushed by octocat`.
    package var cause: String
    /// The number of the delivery that completed it; `nil` where discovery did, or an older version recorded it.
    package var delivery: Int64?
    /// The metadata from `set-metadata`; `nil`: there is none.
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

    /// Records that a stage has verified it.
    ///
    /// - Parameter actor: `nil`: the success of its promotion.
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
