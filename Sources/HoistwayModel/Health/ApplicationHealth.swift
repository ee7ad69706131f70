/// The health of one Application on which a stage's health depends.
///
/// It contains no time that Argo CD renews at each look, so that an unchanged value is not written again.
package struct ApplicationHealth: Sendable, Equatable, Codable {
    package var address: ApplicationAddress
    package var status: HealthStatus
    /// Why it is not healthy, for people; empty where it is.
    package var reason: String
    /// Since when it has this status, as far as was seen.
    package var since: Timestamp
    /// Since when Argo CD reports Degraded; `nil`: it does not.
    package var degradedSince: Timestamp?
    /// The last request to compare the Application again; `nil`: none was necessary.
    package var refresh: Refresh?

    package struct Refresh: Sendable, Equatable, Codable {
        /// The number of requests, at least 1.
        package var attempts: Int
        /// The time of the last request.
        package var at: Timestamp
        /// Why the last request was refused; `nil`: it was accepted.
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

/// The known state of an Application.
package enum ApplicationReading: Sendable, Equatable {
    case found(Application)
    /// There is no such Application.
    case missing
    /// The cluster gave no answer, with the reason as part of a sentence.
    case unreadable(String)
}
