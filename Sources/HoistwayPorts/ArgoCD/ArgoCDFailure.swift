package import HoistwayModel

/// Why a request to a cluster about Argo CD failed.
///
/// Never contains a token, a key or a password.
package enum ArgoCDFailure: Diagnosable, Equatable {
    /// `detail`: what failed; `pause`: how long the server asked to wait.
    case unreachable(cluster: String, detail: String, pause: Duration?)
    /// The credentials were refused.
    case unauthenticated(cluster: String, detail: String)
    /// RBAC: `verb` on `resource` in `namespace` is not allowed.
    case forbidden(cluster: String, verb: String, resource: String, namespace: String)
    /// The object has changed since it was read.
    case conflict(String)
    /// The object does not exist, or was deleted.
    case notFound(String)
    /// The server refused the write, with its message.
    case refused(cluster: String, detail: String)
    /// The answer does not match the API.
    case garbage(cluster: String, detail: String)

    package var message: String {
        switch self {
        case .unreachable(let cluster, let detail, _): "the cluster \(cluster) did not answer: \(detail)"
        case .unauthenticated(let cluster, let detail):
            "the cluster \(cluster) did not accept the credentials: \(detail)"
        case .forbidden(let cluster, let verb, let resource, let namespace):
            "the cluster \(cluster) does not allow to \(verb) \(resource) in the namespace \(namespace)"
        case .conflict(let what): "\(what) was changed by somebody else meanwhile"
        case .notFound(let what): "there is no \(what)"
        case .refused(let cluster, let detail): "the cluster \(cluster) refused the change: \(detail)"
        case .garbage(let cluster, let detail): "the cluster \(cluster) gave an answer that cannot be used: \(detail)"
        }
    }

    package var hint: String? {
        switch self {
        case .forbidden(_, let verb, let resource, let namespace):
            "give the account of Hoistway the verb \(verb) on \(resource) in the namespace \(namespace): "
                + "config/kubernetes/argocd has a Role for it"
        case .unauthenticated: "look at the credentials in the kubeconfig, or at the service account's token"
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .unreachable(_, _, let pause?): .after(pause)
        case .unreachable, .conflict, .garbage: .backoff
        case .unauthenticated, .forbidden: .few
        case .notFound, .refused: .never
        }
    }
}
