import Hummingbird

/// Headers of every page.
enum PageHeaders {
    /// Only the console's own style sheet, script and images; no inline style and no inline script.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static func add(to headers: inout HTTPFields, isSecure: Bool) {
        headers[.contentSecurityPolicy] = policy
        headers[.xContentTypeOptions] = "nosniff"
        headers[name("Referrer-Policy")] = "no-referrer"
        headers[name("Cross-Origin-Opener-Policy")] = "same-origin"
        headers[name("Cross-Origin-Resource-Policy")] = "same-origin"
        headers[name("X-Frame-Options")] = "DENY"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        if isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
    }

    static let forwardedFor = name("X-Forwarded-For")
    static let fetchSite = name("Sec-Fetch-Site")
    static let purpose = name("Sec-Purpose")

    static func name(_ text: StaticString) -> HTTPFields.Element.Name {
        guard let made = HTTPFields.Element.Name("\(text)") else {
            preconditionFailure("\(text) is no name of a header")
        }
        return made
    }
}
