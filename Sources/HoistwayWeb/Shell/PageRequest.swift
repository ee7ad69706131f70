package import HoistwayConsole
package import HoistwayModel
package import HoistwayPorts

/// The input of a page: the visitor, the request, and the time.
package struct PageRequest: Sendable {
    package var head: PageHead
    package var site: BrowserSite
    package var visitor: Visitor
    package var paths: PagePaths
    package var query: FormFields
    /// The named parts of the path, decoded.
    package var parameters: [String: String]
    package var pipelines: any PipelineOperator
    package var now: Timestamp
    package var connection: ClientConnection
    /// The revision before anything was read for the page: the script follows changes from there, and misses none.
    package var revision: Revision

    package var caller: Caller { visitor.caller }

    /// A named part of the path.
    package func parameter(_ name: String) throws(APIError) -> String {
        guard let value = parameters[name] else { throw .notFound("the path has no \(name)") }
        return value
    }

    /// The address of the page in the browser, for returning to it; for a part that the script fetches, its page's
    /// address.
    package var address: String {
        guard !head.path.hasPrefix("/live/") else {
            return (query.text("from").flatMap { paths.next($0) } ?? paths()).text
        }
        return paths.base + head.path + (head.query.map { "?\($0)" } ?? "")
    }

    /// Throws "there is no such page" if the visitor's token is for another project.
    package func require(project: String) throws(APIError) {
        guard caller.sees(project: project) else { throw .notFound("there is no project \(project)") }
    }
}
