import HoistwayPorts
import Hummingbird

/// `/deliveries`: what arrived, and what came of it.
struct DeliveryRoutes: Sendable {
    /// How many pages are read for a token that sees only some deliveries.
    private static let maxPages = 20

    let pipelines: any PipelineOperator
    let visibility: ReceiverVisibility

    func add(to group: RouterGroup<ConsoleContext>) {
        group.get("deliveries") { try await list($0, $1) }
        group.get("deliveries/backlog") { _, _ in APICoding.response(try await pipelines.backlog()) }
        group.get("deliveries/:id") { try await show($0, $1) }
        group.post("deliveries/retry") { try await retry($0, $1) }
    }

    private func list(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        let query = Query(request)
        let state = try query.text("state").map(Self.state)
        let before = try query.text("before").map(Self.id)
        let found = try await page(state: state, before: before, limit: try query.limit(), for: caller)
        return APICoding.response(Items(items: found))
    }

    /// Reads on until `limit` that the caller may see are found.
    private func page(
        state: DeliveryState?,
        before: DeliveryID?,
        limit: Int,
        for caller: Caller
    ) async throws -> [DeliveryView] {
        guard caller.project != nil else {
            return try await pipelines.deliveries(state: state, before: before, limit: limit)
        }
        var found: [DeliveryView] = []
        var before = before
        for _ in 0..<Self.maxPages {
            let page = try await pipelines.deliveries(state: state, before: before, limit: Query.maxLimit)
            found += page.filter { visibility.sees(caller, receiver: $0.receiver) }.prefix(limit - found.count)
            guard found.count < limit, page.count == Query.maxLimit, let last = page.last else { break }
            before = DeliveryID(last.id)
        }
        return found
    }

    private func show(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let id = try Self.id(try context.parameters.require("id"))
        return APICoding.response(try await visible(id, to: try context.caller()))
    }

    private func visible(_ id: DeliveryID, to caller: Caller) async throws -> DeliveryView {
        let view = try await pipelines.delivery(id)
        guard visibility.sees(caller, receiver: view.receiver) else {
            throw APIError.notFound("there is no delivery \(id)")
        }
        return view
    }

    private func retry(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        try caller.require(.promote)
        let wish = try await APICoding.body(RetryWish.self, of: request)
        guard let numbers = wish.ids, !numbers.isEmpty else {
            guard wish.failed == true else {
                throw APIError.invalid("name deliveries in ids, or set failed for all failed ones", hint: nil)
            }
            try caller.requireAllProjects()
            return APICoding.response(Count(count: try await pipelines.driveAgain(nil, actor: caller.name)))
        }
        guard numbers.count <= Query.maxLimit else {
            throw APIError.invalid("at most \(Query.maxLimit) deliveries at a time", hint: nil)
        }
        let ids = numbers.map { DeliveryID($0) }
        for id in ids { _ = try await visible(id, to: caller) }
        return APICoding.response(Count(count: try await pipelines.driveAgain(ids, actor: caller.name)))
    }

    private static func state(_ text: String) throws(APIError) -> DeliveryState {
        guard let state = DeliveryState(rawValue: text) else {
            let known = DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("there is no delivery state of this name", hint: "one of \(known)")
        }
        return state
    }

    private static func id(_ text: String) throws(APIError) -> DeliveryID {
        guard let number = Int64(text) else { throw .invalid("a delivery has a number", hint: nil) }
        return DeliveryID(number)
    }
}

/// Tells which receivers' deliveries a token for one project may see.
///
/// A delivery's reason can name every pipeline that its receiver feeds, so that one that feeds others too is hidden.
package struct ReceiverVisibility: Sendable {
    let projects: @Sendable (_ receiver: String) -> Set<String>

    package init(projects: @escaping @Sendable (_ receiver: String) -> Set<String>) {
        self.projects = projects
    }

    package func sees(_ caller: Caller, receiver: String) -> Bool {
        guard let project = caller.project else { return true }
        return projects(receiver) == [project]
    }
}
