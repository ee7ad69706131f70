package import HoistwayModel

extension KubernetesFailure {
    package var message: String {
        let said = detail.isEmpty ? "" : ": \(detail)"
        let what = request.description
        switch reason {
        case .unreachable: return "the cluster \(cluster) cannot be reached\(said)"
        case .timedOut: return "the cluster \(cluster) did not answer in time (\(what))\(said)"
        case .untrusted: return "the API server of the cluster \(cluster) is not trusted\(said)"
        case .login: return "there is no login for the cluster \(cluster)\(said)"
        case .unauthorized: return "the cluster \(cluster) does not accept the login (401)\(said)"
        case .forbidden: return "the cluster \(cluster) does not allow the login to \(what) (403)\(said)"
        case .notFound: return "the cluster \(cluster) has no \(thing)"
        case .unknownKind: return "the cluster \(cluster) does not know \(request.resource) of \(version)"
        case .alreadyExists: return "the cluster \(cluster) has \(thing) already"
        case .conflict: return "\(thing) of the cluster \(cluster) has changed meanwhile (409)\(said)"
        case .expired: return "the cluster \(cluster) no longer has the versions that \(what) starts from (410)\(said)"
        case .invalid: return "the cluster \(cluster) does not take this (\(what))\(said)"
        case .tooManyRequests: return "the cluster \(cluster) takes no more requests now (429)\(said)"
        case .serverError(let status), .refused(let status):
            return "the cluster \(cluster) answered \(status) (\(what))\(said)"
        case .garbage: return "the answer of the cluster \(cluster) makes no sense (\(what))\(said)"
        }
    }

    package var hint: String? {
        switch reason {
        case .login(let hint): hint
        case .untrusted:
            "has its certificate ended? If not, certificate-authority in the kubeconfig must name its authority"
        case .unauthorized: "renew the token or the certificate that the kubeconfig names for this user"
        case .forbidden: "give its account a \(role)"
        case .unknownKind: "is it the right cluster? The kind's CustomResourceDefinition is not installed there"
        default: nil
        }
    }

    package var retry: Retry {
        switch reason {
        case .unreachable, .timedOut, .conflict, .expired, .garbage: .backoff
        case .tooManyRequests, .serverError: pause.map(Retry.after) ?? .backoff
        case .untrusted, .login, .unauthorized, .forbidden, .unknownKind: .few
        case .notFound, .alreadyExists, .invalid, .refused: .never
        }
    }

    package var kind: FailureKind {
        switch reason {
        case .unreachable, .untrusted: .unreachable
        case .timedOut: .timedOut
        case .login, .unauthorized, .forbidden: .unauthorized
        case .notFound, .unknownKind: .notFound
        case .tooManyRequests: .limited
        case .serverError: .serverError
        case .garbage: .malformed
        case .alreadyExists, .conflict, .expired, .invalid, .refused: .refused
        }
    }

    /// The object, or its kind.
    private var thing: String {
        let kind = request.resource.description
        guard let name = request.name else { return "\(kind) \(request.place)" }
        return "\(kind) \(ShownText.bare(ObjectKey(namespace: request.namespace, name: name).description))"
    }

    private var version: String {
        request.resource.group.isEmpty ? request.resource.version : request.resource.apiVersion
    }

    /// The RBAC rule that this request needs.
    private var role: String {
        let rule =
            "apiGroups [\"\(request.resource.group)\"], resources [\(request.resource.plural)], "
            + "verbs [\(request.verb.rawValue)]"
        return request.namespace.map { "Role with \(rule) in the namespace \(ShownText.bare($0))" }
            ?? "ClusterRole with \(rule)"
    }
}
