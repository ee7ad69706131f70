package import HoistwayModel

/// How a browser reaches the console: the origin of its pages, and the matching cookie.
///
/// Pages are offered at the https address in `console.publicURL`, and over plain http on loopback. Elsewhere the token
/// and the cookie would cross a network unencrypted.
package struct BrowserSite: Sendable, Equatable {
    /// `https://hoistway.example.com`, as in a browser's `Origin`.
    package let origin: String
    package let isSecure: Bool
    /// Separates the cookies of several consoles on one machine; empty with https.
    private let suffix: String

    /// Why a page is not offered at this address.
    package enum Refusal: Error, Equatable {
        /// A name other than loopback, without https.
        case plainHTTP(publicURL: String?)
        /// `console.publicURL` has https, and the request has another host name.
        case otherName(publicURL: String)

        package var message: String {
            switch self {
            case .plainHTTP:
                "Pages are not offered over plain http, except on this machine: your token would cross the network "
                    + "unencrypted."
            case .otherName: "The console's pages have another host name."
            }
        }

        package var hint: String {
            switch self {
            case .plainHTTP(nil):
                "Put a proxy with TLS before the console and set console.publicURL to its https address. Or forward "
                    + "the port to your own machine and open http://localhost."
            case .plainHTTP(let url?):
                "console.publicURL is \(url). Set it to the https address of a proxy with TLS, or forward the port to "
                    + "your own machine and open http://localhost."
            case .otherName(let url): "Open \(url)."
            }
        }
    }

    /// - Parameter host: the value of `Host`, which must be one of the console's names.
    package static func of(host: HostHeader, publicURL: String?) throws(Refusal) -> BrowserSite {
        let isHTTPS = publicURL?.lowercased().hasPrefix("https://") ?? false
        if isHTTPS, let address = publicURL.flatMap(authority), address.name == host.name,
            (address.port ?? 443) == (host.port ?? 443)
        {
            let authority = written(host.name, port: address.port == 443 ? nil : address.port)
            return BrowserSite(origin: "https://\(authority)", isSecure: true, suffix: "")
        }
        if isLoopback(host.name) {
            let authority = written(host.name, port: host.port == 80 ? nil : host.port)
            return BrowserSite(origin: "http://\(authority)", isSecure: false, suffix: "-\(host.port ?? 80)")
        }
        guard let publicURL, isHTTPS else { throw .plainHTTP(publicURL: publicURL) }
        throw .otherName(publicURL: publicURL)
    }

    /// The cookie with the session's id.
    package var sessionCookie: String { isSecure ? "__Host-hoistway" : "hoistway\(suffix)" }
    /// Binds the sign-in form to a browser that has no session yet.
    package var signInCookie: String { isSecure ? "__Host-hoistway-sign-in" : "hoistway-sign-in\(suffix)" }

    /// The value of `Set-Cookie`.
    ///
    /// `Lax` and not `Strict`: a link from a chat would lose the session. With `__Host-`, no other host of the domain
    /// can set it. The cookie ends with the browser, or after `seconds`.
    package func setCookie(_ name: String, _ value: String, seconds: Int64? = nil) -> String {
        var text = "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        if let seconds { text += "; Max-Age=\(seconds)" }
        return text
    }

    package func removeCookie(_ name: String) -> String {
        setCookie(name, "", seconds: 0)
    }

    private static func isLoopback(_ name: String) -> Bool {
        guard name != "localhost", name != "::1" else { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func authority(of url: String) -> HostHeader? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        return HostHeader(url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    private static func written(_ name: String, port: Int?) -> String {
        let host = name.contains(":") ? "[\(name)]" : name
        return port.map { "\(host):\($0)" } ?? host
    }
}
