/// What was found of one Application that a stage's health rests on.
///
/// It holds no time that Argo CD renews at each look: what has not changed is not written again.
package struct ApplicationHealth: Sendable, Equatable, Codable {
    package var address: ApplicationAddress
    package var status: HealthStatus
    /// Why it is not healthy, for people; empty where it is.
    package var reason: String
    /// Since when it has this status, as far as was seen.
    package var since: Timestamp
    /// Since when Argo CD calls it Degraded; `nil`: it does not.
    package var degradedSince: Timestamp?
    /// That Argo CD was asked to compare it again; `nil`: there was no need.
    package var refresh: Refresh?

    package struct Refresh: Sendable, Equatable, Codable {
        /// How often, at least 1.
        package var attempts: Int
        /// When last.
        package var at: Timestamp
        /// Why the last request was not taken; `nil`: it was.
        package var failure: String?

        package init(attempts: Int, at: Timestamp, failure: String? = nil) {
            self.attempts = attempts
            self.at = at
            self.failure = failure
        }
    }

    package init(
        address: ApplicationAddress,
        status: HealthStatus,
        reason: String,
        since: Timestamp,
        degradedSince: Timestamp? = nil,
        refresh: Refresh? = nil
    ) {
        self.address = address
        self.status = status
        self.reason = reason
        self.since = since
        self.degradedSince = degradedSince
        self.refresh = refresh
    }
}

/// What is known of an Application.
package enum ApplicationReading: Sendable, Equatable {
    case found(Application)
    /// There is no such Application.
    case missing
    /// The cluster does not say; why, for a sentence.
    case unreadable(String)
}
