import HoistwayPorts
import Hummingbird

/// `/refusals`: which requests the receivers refused, and why; what is kept in memory since the start.
struct RefusalRoutes: Sendable {
    let refusals: @Sendable (_ receiver: String?) -> [RefusalView]
    let visibility: ReceiverVisibility

    func add(to group: RouterGroup<ConsoleContext>) {
        group.get("refusals") { try await list($0, $1) }
    }

    private func list(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        let query = Query(request)
        let found = refusals(query.text("receiver")).filter { visibility.sees(caller, receiver: $0.receiver) }
        return APICoding.response(Items(items: Array(found.prefix(try query.limit()))))
    }
}
