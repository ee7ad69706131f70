/// Where people reach the console: `console.publicURL`.
///
/// A proxy that offers the console below a path takes that path off before it hands a request over: every address that
/// is given away begins with the path, and none that comes in does.
package struct PublicAddress: Sendable, Equatable {
    /// Scheme and host, without a slash at the end.
    package let origin: String
    /// Empty, or begins with a slash and does not end with one.
    package let path: String

    /// `nil` for what has no scheme; a query and a fragment are left out.
    package init?(_ url: String) {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let host = rest.prefix { $0 != "/" }
        origin = String(url[..<scheme.upperBound]) + host
        path = rest[host.endIndex...].split(separator: "/").map { "/\($0)" }.joined()
    }

    /// The page about a promotion.
    package func promotion(_ id: PromotionID, project: String) -> String {
        page(["projects", project, "promotions", id.text])
    }

    /// The page about a delivery.
    package func delivery(_ number: Int64) -> String { page(["deliveries", String(number)]) }

    private func page(_ parts: [String]) -> String {
        origin + path + parts.map { "/" + PercentEncoding.escaped($0) }.joined()
    }
}
