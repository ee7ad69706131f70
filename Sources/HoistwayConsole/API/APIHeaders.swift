import Hummingbird

/// Headers of the API's answers.
package enum APIHeaders {
    static let requestID = HeaderName.of("X-Request-Id")
    /// The header with the server's version.
    package static let versionName: StaticString = "Hoistway-Version"
    private static let versionField = HeaderName.of(versionName)
    static let replayed = HeaderName.of("Idempotency-Replayed")
    private static let deprecation = HeaderName.of("Deprecation")
    private static let link = HeaderName.of("Link")

    /// Answers are data for programs: no browser may run them, frame them or guess their type.
    private static let always: HTTPFields = [
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
    ]

    /// - Parameter tag: `nil`: the answer must not be cached.
    static func finish(_ response: inout Response, tag: EntityTag?) {
        for field in always { response.headers[field.name] = field.value }
        guard let tag else {
            if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
            return
        }
        response.headers[.eTag] = tag.text
        response.headers[.cacheControl] = "private, no-cache"
        response.headers[.vary] = "Authorization, Cookie"
    }

    /// Adds the server's version, so that a client of another version can warn its user.
    static func addVersion(_ version: String, to response: inout Response) {
        response.headers[versionField] = version
    }

    /// RFC 9745: since when the operation is deprecated, and which one replaces it.
    static func deprecate(_ response: inout Response, successor: Operation, document: String) {
        response.headers[deprecation] = "@\(Operation.deprecatedSince)"
        response.headers[link] = "<\(document)>; rel=\"deprecation\"; title=\"\(successor.id.rawValue)\""
    }
}

/// The type of header names, for which Hummingbird exports no name.
typealias HeaderName = HTTPFields.Element.Name

extension HeaderName {
    /// For constant names, which are all valid.
    static func of(_ name: StaticString) -> HeaderName {
        guard let made = HeaderName("\(name)") else { preconditionFailure("\(name) is no name of a header") }
        return made
    }
}
