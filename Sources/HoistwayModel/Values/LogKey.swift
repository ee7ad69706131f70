/// The names of fields in log lines: each thing has one name, so that a search for an id finds all its lines.
package enum LogKey: String, Sendable {
    case deliveryID = "delivery.id"
    case deliveryState = "delivery.state"
    case receiver = "receiver.name"
    /// The scheme by which a request had to prove itself.
    case scheme = "receiver.scheme"
    /// The sender of a request.
    case peer = "peer.address"
    case freightID = "freight.id"
    case freightAlias = "freight.alias"
    case warehouse = "warehouse.name"
    case project = "project.name"
    case subscription = "subscription.id"
    /// `project/name`.
    case stage = "stage.name"
    /// Names within one project.
    case stages = "stage.names"
    /// `promote` or `observe`.
    case mode = "promotion.mode"
    /// `<cluster>: <namespace>/<name>` of an Argo CD Application.
    case application = "application.name"
    /// The health of a stage: `Healthy`, `Progressing`, `Unknown`, `Unhealthy`.
    case health = "stage.health"
    case promotionID = "promotion.id"
    case phase = "promotion.phase"
    case commit = "git.commit"
    case branch = "git.branch"
    /// Without user part.
    case remote = "git.remote"
    case pullRequest = "git.pull_request"
    /// Repository, branch and path of manifests that are followed.
    case manifests = "manifests.source"
    case noticeID = "notice.id"
    case noticeTarget = "notice.target"
    case event = "event.kind"
    case actor, attempts, cause, reason, summary, error
    /// The label of the reason in metrics.
    case code = "reason.code"
    case nextTry = "next.try"
    case errorKind = "error.kind"
}
