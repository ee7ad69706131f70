/// The names of fields in log lines: one word for one thing, so that a search for an id finds its whole way.
package enum LogKey: String, Sendable {
    case deliveryID = "delivery.id"
    case deliveryState = "delivery.state"
    case receiver = "receiver.name"
    /// How a request was to prove itself.
    case scheme = "receiver.scheme"
    /// Whom a request came from.
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
    /// `<cluster>: <namespace>/<name>`, of Argo CD.
    case application = "application.name"
    /// Of a stage: `Healthy`, `Progressing`, `Unknown`, `Unhealthy`.
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
    /// The word that metrics have for the reason.
    case code = "reason.code"
    case nextTry = "next.try"
    case errorKind = "error.kind"
}
