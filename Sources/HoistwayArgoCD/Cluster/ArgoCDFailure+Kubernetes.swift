import HoistwayKubernetes
import HoistwayModel
import HoistwayPorts

extension ArgoCDFailure {
    /// The text of a client's failure has no secret, and neither has this.
    init(_ failure: KubernetesFailure) {
        let cluster = failure.cluster
        let request = failure.request
        switch failure.reason {
        case .unreachable, .timedOut, .tooManyRequests, .serverError, .expired:
            self = .unreachable(cluster: cluster, detail: failure.plainDetail, pause: failure.pause)
        case .untrusted, .login, .unauthorized: self = .unauthenticated(cluster: cluster, detail: failure.plainDetail)
        case .forbidden:
            self = .forbidden(
                cluster: cluster,
                verb: request.verb.rawValue,
                resource: request.resource.description,
                namespace: request.namespace ?? "*"
            )
        case .conflict, .alreadyExists: self = .conflict(Self.thing(request, in: cluster))
        case .notFound: self = .notFound(Self.thing(request, in: cluster))
        case .unknownKind:
            self = .notFound("kind \(request.resource) in the cluster \(cluster): Argo CD is not installed there")
        case .invalid, .refused: self = .refused(cluster: cluster, detail: failure.plainDetail)
        case .garbage: self = .garbage(cluster: cluster, detail: failure.plainDetail)
        }
    }

    /// `Application argocd/web in the cluster main`.
    static func thing(_ request: KubernetesRequest, in cluster: String) -> String {
        let kind = request.resource == .appProjects ? "AppProject" : "Application"
        let key = ClusterObjectKey(namespace: request.namespace, name: request.name ?? "*")
        return "\(kind) \(ShownText.bare(key.description)) in the cluster \(cluster)"
    }
}

extension KubernetesFailure {
    /// Its detail, or at least the request.
    fileprivate var plainDetail: String { detail.isEmpty ? "\(request)" : detail }
}
