package import HoistwayModel
import Hummingbird

/// What the rules of access read of a request.
package struct PageHead: Sendable {
    package enum Method: Sendable, Equatable {
        case get
        case post
        case other
    }

    package var method: Method
    /// Begins with a slash; without the query.
    package var path: String
    package var query: String?
    package var host: HostHeader?
    /// Values of `Cookie`, as they came.
    package var cookies: [String]
    /// `Sec-Fetch-Site`: how the page that made the request is related to this one; browsers since 2023 send it.
    package var fetchSite: String?
    package var origin: String?
    /// `Sec-Purpose`: a browser that only guesses that somebody may look at the page soon.
    package var isPrefetch: Bool
    /// Where the request came from, for the record and for counting tries.
    package var address: String

    package init(
        method: Method,
        path: String,
        query: String? = nil,
        host: HostHeader?,
        cookies: [String] = [],
        fetchSite: String? = nil,
        origin: String? = nil,
        isPrefetch: Bool = false,
        address: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.cookies = cookies
        self.fetchSite = fetchSite
        self.origin = origin
        self.isPrefetch = isPrefetch
        self.address = address
    }

    /// The value of the cookie of this name.
    ///
    /// `nil` too where there are two: another page of the domain may have added one.
    package func cookie(_ name: String) -> String? {
        var found: Substring?
        for line in cookies {
            for pair in line.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
                guard found == nil else { return nil }
                found = pair[pair.index(after: equals)...]
            }
        }
        return found.map { String($0.prefix { $0 != " " }) }
    }

    /// Whether a page of this site made the request, and no other one.
    ///
    /// `Sec-Fetch-Site` decides where it is sent: pages have `Referrer-Policy: no-referrer`, which makes browsers write
    /// `Origin: null` for their own forms. Without both headers the request is refused.
    package func comes(from site: BrowserSite) -> Bool {
        if let origin, origin != "null", origin != site.origin { return false }
        if let fetchSite { return fetchSite == "same-origin" }
        return origin == site.origin
    }
}

extension PageHead {
    /// - Parameter address: of the client, as far as it is known.
    init(_ request: Request, address: String) {
        let headers = request.headers
        self.init(
            method: request.method == .get || request.method == .head ? .get : request.method == .post ? .post : .other,
            path: request.uri.path,
            query: request.uri.query,
            host: request.head.authority.flatMap { HostHeader($0) },
            cookies: headers[values: .cookie],
            fetchSite: headers[PageHeaders.fetchSite],
            origin: headers[.origin],
            isPrefetch: headers[PageHeaders.purpose]?.contains("prefetch") ?? false,
            address: address
        )
    }

}
