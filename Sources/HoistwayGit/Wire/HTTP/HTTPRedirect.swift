import HoistwayPorts

/// Redirects of `info/refs`, which hosts send when a repository was renamed.
enum HTTPRedirect {
    /// The repository's new URL.
    ///
    /// Only within the same host, never from https to http: credentials go with it.
    static func follow(
        _ location: String?,
        from base: HTTPAddress,
        service: GitService,
        url: String
    ) throws(GitFailure) -> HTTPAddress {
        guard let location, location.utf8.count <= GitAddress.maxLength else {
            throw .notARepository(url: url, detail: "it redirects to nowhere")
        }
        let suffix = "/info/refs?service=\(service.rawValue)"
        guard location.hasSuffix(suffix) else {
            throw .notARepository(
                url: url,
                detail: "it redirects to a place that is no Git repository, which may be a page to log in"
            )
        }
        let target = String(location.dropLast(suffix.count))
        if target.hasPrefix("/"), !target.hasPrefix("//") {
            return HTTPAddress(isSecure: base.isSecure, host: base.host, port: base.port, path: target)
        }
        guard case .http(let next)? = try? GitAddress(target) else {
            throw .notARepository(url: url, detail: "it redirects to something that is no http URL")
        }
        guard next.host == base.host else {
            throw .notARepository(
                url: url,
                detail: "it redirects to another host, \(next.host): write that one as repoURL if it can be trusted"
            )
        }
        let samePlace = next.isSecure == base.isSecure && next.effectivePort == base.effectivePort
        guard samePlace || (next.isSecure && !base.isSecure) else {
            throw .notARepository(
                url: url,
                detail: "it redirects to another port or from https to http, where no credential may go"
            )
        }
        return next
    }
}
