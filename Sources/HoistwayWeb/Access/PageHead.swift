package import HoistwayModel
import Hummingbird

/// The parts of a request that the access rules use.
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
    /// The values of `Cookie`, as received.
    package var cookies: [String]
    /// `Sec-Fetch-Site`: the relation between the page that made the request and this one; browsers since 2023 send it.
    package var fetchSite: String?
    package var origin: String?
    /// Whether the browser only loads the page in advance (`Sec-Purpose`).
    package var isPrefetch: Bool
    /// The client's address, for records and for counting tries.
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

    /// The value of the cookie with this name.
    ///
    /// `nil` also if there are two: another page of the domain may have added one.
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

    /// Whether a page of this site, and no other page, made the request.
    ///
    /// `Sec-Fetch-Site` decides if it exists: pages have `Referrer-Policy: no-referrer`, so browsers send `Origin:
    /// null` for their own forms. Without both headers the request is refused.
    package func comes(from site: BrowserSite) -> Bool {
        if let origin, origin != "null", origin != site.origin { return false }
        if let fetchSite { return fetchSite == "same-origin" }
        return origin == site.origin
    }
}

extension PageHead {
    /// - Parameter address: the client's address, as far as it is known.
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
