import HoistwayPorts
import Hummingbird

/// `/clusters`: the clusters of Kubernetes, and whether what is known of their Applications is the present state.
struct ClusterRoutes: Sendable {
    let clusters: @Sendable (_ project: String?) -> [ClusterView]

    func add(to group: RouterGroup<ConsoleContext>) {
        group.get("clusters") { try list($0, $1) }
    }

    /// A token for one project sees that project's cluster alone.
    private func list(_ request: Request, _ context: ConsoleContext) throws -> Response {
        APICoding.response(Items(items: clusters(try context.caller().project)))
    }
}
