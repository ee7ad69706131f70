/// A refusal in the API server's form: `kind: Status`.
package struct KubernetesStatus: Error, Sendable, Equatable {
    package var code: Int
    package var reason: String
    package var message: String
    package var details: ClusterValue = [:]
    /// Seconds, for `Retry-After` and `details.retryAfterSeconds`.
    package var retryAfter: Int?

    package init(_ code: Int, _ reason: String, _ message: String, details: ClusterValue = [:], retryAfter: Int? = nil)
    {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }

    package var value: ClusterValue {
        var details = details
        if let retryAfter { details["retryAfterSeconds"] = .integer(retryAfter) }
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "reason": .string(reason), "details": details, "code": .integer(code),
        ]
    }
}

extension KubernetesStatus {
    static func badRequest(_ message: String) -> KubernetesStatus { KubernetesStatus(400, "BadRequest", message) }

    static func about(
        _ code: Int,
        _ reason: String,
        _ resource: KubernetesResource,
        _ name: String,
        _ rest: String
    ) -> KubernetesStatus {
        KubernetesStatus(
            code,
            reason,
            "\(resource.fullName) \"\(name)\" \(rest)",
            details: ["name": .string(name), "group": .string(resource.group), "kind": .string(resource.plural)]
        )
    }

    static func notFound(_ resource: KubernetesResource, _ name: String) -> KubernetesStatus {
        about(404, "NotFound", resource, name, "not found")
    }

    static func alreadyExists(_ resource: KubernetesResource, _ name: String) -> KubernetesStatus {
        about(409, "AlreadyExists", resource, name, "already exists")
    }

    package static func conflict(_ resource: KubernetesResource, _ name: String) -> KubernetesStatus {
        var status = about(409, "Conflict", resource, name, "")
        status.message =
            "Operation cannot be fulfilled on \(resource.fullName) \"\(name)\": the object has been modified; "
            + "please apply your changes to the latest version and try again"
        return status
    }

    static func invalid(_ resource: KubernetesResource, _ name: String, _ problem: String) -> KubernetesStatus {
        var status = about(422, "Invalid", resource, name, "")
        status.message = "\(resource.kind).\(resource.group) \"\(name)\" is invalid: \(problem)"
        return status
    }

    /// The answer where the versions for a watch or a list are no longer stored.
    package static func expired(_ message: String = "too old resource version") -> KubernetesStatus {
        KubernetesStatus(410, "Expired", message)
    }

    package static func tooManyRequests(retryAfter: Int?) -> KubernetesStatus {
        KubernetesStatus(
            429,
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
            retryAfter: retryAfter
        )
    }

    package static func unavailable(_ message: String = "apiserver is shutting down") -> KubernetesStatus {
        KubernetesStatus(503, "ServiceUnavailable", message)
    }

    static let unauthorized = KubernetesStatus(401, "Unauthorized", "Unauthorized")

    static func forbidden(_ access: KubernetesAttributes, user: String) -> KubernetesStatus {
        let group = access.resource.group
        let place = access.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        let action =
            "User \"\(user)\" cannot \(access.verb) resource \"\(access.resource.plural)\" in API group "
            + "\"\(group)\" \(place)"
        let subject = access.name.map { " \"\($0)\"" } ?? ""
        return KubernetesStatus(
            403,
            "Forbidden",
            "\(access.resource.fullName)\(subject) is forbidden: \(action)",
            details: [
                "name": .string(access.name ?? ""), "group": .string(group), "kind": .string(access.resource.plural),
            ]
        )
    }

    /// The answer to a JSON patch that cannot be applied, including a failed `test`.
    static let patchDoesNotFit = KubernetesStatus(
        422,
        "Invalid",
        "the server rejected our request due to an error in our request"
    )

    static func unsupportedPatch(_ type: String, allowed: [String]) -> KubernetesStatus {
        KubernetesStatus(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
                + allowed.joined(separator: ", ")
        )
    }

    static func methodNotAllowed(_ method: String) -> KubernetesStatus {
        KubernetesStatus(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    }
}
