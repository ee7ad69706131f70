/// The public address of the console: `console.publicURL`.
///
/// A proxy may serve the console below a path, and removes the path before it forwards a request. So every address that
/// the console gives out begins with the path, and no incoming address has it.
package struct PublicAddress: Sendable, Equatable {
    /// Scheme and host, without a slash at the end.
    package let origin: String
    /// Empty, or begins with a slash and does not end with one.
    package let path: String

    /// `nil` for a text without a scheme; a query and a fragment are left out.
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
