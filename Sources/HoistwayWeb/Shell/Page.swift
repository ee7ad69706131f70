package import Hummingbird

/// One page: the part between header and footer, and the data for the header.
package struct Page: Sendable {
    /// The entries of the main navigation.
    package enum Area: String, Sendable, CaseIterable {
        case overview
        case projects
        case deliveries
        case warehouses
        case activity
    }

    /// For the browser's tab; the page's object comes first.
    package var title: String
    package var area: Area?
    package var status: HTTPResponse.Status
    package var content: HTML

    package init(
        _ title: String,
        area: Area?,
        status: HTTPResponse.Status = .ok,
        content: (inout HTML) throws -> Void
    ) rethrows {
        self.title = title
        self.area = area
        self.status = status
        var html = HTML(capacity: 16 * 1024)
        try content(&html)
        self.content = html
    }
}
