package import HoistwayConsole
package import HoistwayModel
package import HoistwayPorts

/// What a page is made from: who asks, for what, and when.
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
    /// Where the changes were before anything was read for the page: the script follows them from there, and misses
    /// none.
    package var revision: Revision

    package var caller: Caller { visitor.caller }

    /// A named part of the path.
    package func parameter(_ name: String) throws(APIError) -> String {
        guard let value = parameters[name] else { throw .notFound("the path has no \(name)") }
        return value
    }

    /// The address of the page that a browser shows, for coming back to it: of a part that the script fetches, that of
    /// its page.
    package var address: String {
        guard !head.path.hasPrefix("/live/") else {
            return (query.text("from").flatMap { paths.next($0) } ?? paths()).text
        }
        return paths.base + head.path + (head.query.map { "?\($0)" } ?? "")
    }

    /// Ends with "there is no such page" where the visitor's token is for another project.
    package func require(project: String) throws(APIError) {
        guard caller.sees(project: project) else { throw .notFound("there is no project \(project)") }
    }
}
