/// A special event for an Application at its next refresh or sync.
package struct ArgoCDAct: Sendable {
    package enum Moment: Sendable {
        /// Somebody has set the annotation `refresh`.
        case refresh
        /// The controller is about to start an operation.
        case sync
    }

    enum Effect: Sendable {
        case hold
        case block(message: String)
        case end(phase: String, message: String)
        case succeedWithoutResult
        case syncOther(revisions: [String])
        case becomes(health: String, message: String, then: String?)
        case keepOldRevision
        case delete
        case otherOperation(user: String)
        case restart
    }

    let moment: Moment
    let effect: Effect

    private init(_ moment: Moment, _ effect: Effect) {
        self.moment = moment
        self.effect = effect
    }

    /// The refresh waits, or the operation stays `Running`, until ``ArgoCDController/release(_:in:)``.
    package static func hold(_ moment: Moment) -> ArgoCDAct { ArgoCDAct(moment, .hold) }

    /// The operation stays `Running` with Argo CD's message, until ``ArgoCDController/release(_:in:)``.
    package static let blockBySyncWindow = ArgoCDAct(.sync, .block(message: "Sync operation blocked by sync window"))

    /// The operation ends as `Failed`.
    package static func fail(_ message: String) -> ArgoCDAct {
        ArgoCDAct(.sync, .end(phase: "Failed", message: message))
    }

    /// The operation ends as `Error`.
    package static func error(_ message: String) -> ArgoCDAct {
        ArgoCDAct(.sync, .end(phase: "Error", message: message))
    }

    /// The operation ends as `Succeeded`, without a result.
    package static let succeedWithoutResult = ArgoCDAct(.sync, .succeedWithoutResult)

    /// The operation synchronises these revisions, not those of the sources.
    package static func syncOther(_ revisions: String...) -> ArgoCDAct {
        ArgoCDAct(.sync, .syncOther(revisions: revisions))
    }

    /// After the sync the Application is `Degraded`.
    package static func degrade(_ message: String = "") -> ArgoCDAct {
        ArgoCDAct(.sync, .becomes(health: "Degraded", message: message, then: nil))
    }

    /// After the sync the Application is `Progressing` until ``ArgoCDController/advance(_:in:)``, and then this.
    package static func progress(then health: String = "Healthy") -> ArgoCDAct {
        ArgoCDAct(.sync, .becomes(health: "Progressing", message: "Waiting for rollout to finish", then: health))
    }

    /// After the sync the Application is `Suspended` until ``ArgoCDController/advance(_:in:)``, and then `Healthy`.
    package static let suspend = ArgoCDAct(.sync, .becomes(health: "Suspended", message: "", then: "Healthy"))

    /// The refresh has the former result: Argo CD has not seen yet that the branch moved.
    package static let missTheChange = ArgoCDAct(.refresh, .keepOldRevision)

    /// Somebody deletes the Application at this moment: during a sync, while it is `Running`.
    package static func delete(during moment: Moment) -> ArgoCDAct { ArgoCDAct(moment, .delete) }

    /// Somebody else's operation replaces the requested one, or starts after the refresh.
    package static func otherOperation(by user: String, at moment: Moment = .sync) -> ArgoCDAct {
        ArgoCDAct(moment, .otherOperation(user: user))
    }

    /// The controller restarts while the operation is `Running`, and resumes it.
    package static let restart = ArgoCDAct(.sync, .restart)
}
