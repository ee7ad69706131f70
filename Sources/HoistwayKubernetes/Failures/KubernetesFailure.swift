import HoistwayModel

/// A request to a cluster.
package struct KubernetesRequest: Sendable, Equatable, CustomStringConvertible {
    /// In RBAC's terms.
    package enum Verb: String, Sendable {
        case get, list, watch, patch, create
    }

    package var verb: Verb
    package var resource: KubernetesResource
    /// `nil`: all namespaces, or a kind without one.
    package var namespace: String?
    package var name: String?

    package init(_ verb: Verb, _ resource: KubernetesResource, in namespace: String?, name: String? = nil) {
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    package var description: String {
        guard let name else { return "\(verb.rawValue) \(resource) \(place)" }
        return "\(verb.rawValue) \(resource) \(ShownText.bare(ObjectKey(namespace: namespace, name: name).description))"
    }

    var place: String { namespace.map { "in the namespace \(ShownText.bare($0))" } ?? "in all namespaces" }
}

/// Why a request to a cluster failed.
package struct KubernetesFailure: Diagnosable, KindedFailure, Equatable {
    package enum Reason: Sendable, Equatable {
        /// No connection, or one that broke.
        case unreachable
        /// No complete answer in time.
        case timedOut
        /// The server's certificate is not that of the cluster.
        case untrusted
        /// There is no login: nothing was sent.
        case login(hint: String?)
        /// 401: the login is not valid, or no longer valid.
        case unauthorized
        /// 403: the login may not do this.
        case forbidden
        /// 404: there is no such object.
        case notFound
        /// 404: the cluster does not know the kind.
        case unknownKind
        /// 409: an object of this name exists already.
        case alreadyExists
        /// 409: the object has changed since it was read.
        case conflict
        /// 410: the versions that the request starts from no longer exist; list again.
        case expired
        /// 400, 415, 422: the server does not accept the request, or a `test` of a patch failed.
        case invalid
        /// 429.
        case tooManyRequests
        /// 5xx.
        case serverError(status: Int)
        /// Any other status.
        case refused(status: Int)
        /// An answer that cannot be understood.
        case garbage
    }

    package var reason: Reason
    /// Its name in the configuration.
    package var cluster: String
    package var request: KubernetesRequest
    /// The reason: the server's text without control characters and without secrets, or our own.
    ///
    /// May be empty.
    package var detail: String
    /// Set by the server, with 429 and 503.
    package var pause: Duration?

    package init(
        _ reason: Reason,
        cluster: String,
        request: KubernetesRequest,
        detail: String = "",
        pause: Duration? = nil
    ) {
        self.reason = reason
        self.cluster = cluster
        self.request = request
        self.detail = detail
        self.pause = pause
    }

    /// Whether somebody else wrote meanwhile: read again, then decide again.
    package var isConflict: Bool { reason == .conflict }
}
