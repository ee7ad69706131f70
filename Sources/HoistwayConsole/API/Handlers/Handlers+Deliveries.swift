import HoistwayModel
import HoistwayPorts

extension Handlers {
    /// The most pages that are read for a token that may see only some deliveries.
    private static let maxPages = 20

    func listDeliveries(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        let state = call.query["state"].flatMap { DeliveryState(rawValue: $0) }
        var before = call.query["before"].flatMap { Int64($0) }.map { DeliveryID($0) }
        if let cursor = try Cursor(of: call) { before = DeliveryID(try cursor.number) }
        let limit = call.limit
        let (found, last) = try await page(state: state, before: before, limit: limit, for: call.caller)
        let next = try last.map { Cursor(key: ["\($0)"]).text(list: try Cursor.list(of: call)) }
        return try Reply(Page(items: found, next: next, revision: revision))
    }

    /// Reads until `limit` deliveries are found that the caller may see; also returns the number for the next page, if
    /// there may be one.
    private func page(
        state: DeliveryState?,
        before: DeliveryID?,
        limit: Int,
        for caller: Caller
    ) async throws -> ([DeliveryView], Int64?) {
        var found: [DeliveryView] = []
        var before = before
        for _ in 0..<(caller.project == nil ? 1 : Self.maxPages) {
            // One more than the limit shows whether there is a next page.
            let size = caller.project == nil ? limit + 1 : Operation.limits.upperBound
            let page = try await pipelines.deliveries(state: state, before: before, limit: size)
            for view in page where services.visibility.sees(caller, receiver: view.receiver) {
                guard found.count < limit else { return (found, found.last?.id) }
                found.append(view)
            }
            guard page.count == size, let last = page.last else { return (found, nil) }
            before = DeliveryID(last.id)
        }
        return (found, before?.number)
    }

    func getDelivery(_ call: Call) async throws -> Reply {
        guard let number = Int64(try call.part("delivery")) else {
            throw APIError.notFound("there is no such delivery")
        }
        return try Reply(try await visible(DeliveryID(number), to: call.caller))
    }

    private func visible(_ id: DeliveryID, to caller: Caller) async throws -> DeliveryView {
        let view = try await pipelines.delivery(id)
        guard services.visibility.sees(caller, receiver: view.receiver) else {
            throw APIError.notFound("there is no delivery \(id)")
        }
        return view
    }

    func retryDeliveries(_ call: Call) async throws -> Reply {
        let caller = try call.caller
        guard let numbers = call.body["ids"]?.list else {
            try caller.requireAllProjects()
            return try Reply(Count(count: try await pipelines.requeueDeliveries(nil, actor: caller.name)))
        }
        let ids = numbers.compactMap { value in
            if case .number(let number) = value { Int64(exactly: number).map { DeliveryID($0) } } else { nil }
        }
        for id in ids { _ = try await visible(id, to: caller) }
        return try Reply(Count(count: try await pipelines.requeueDeliveries(ids, actor: caller.name)))
    }

    func listRefusals(_ call: Call) throws -> Reply {
        let caller = try call.caller
        let found = services.configuration.refusals(call.query["receiver"]).filter {
            services.visibility.sees(caller, receiver: $0.receiver)
        }
        return try Reply(Items(items: Array(found.prefix(call.limit))))
    }
}

/// Decides which receivers' deliveries a token for one project may see.
///
/// A delivery's reason can name every pipeline of its receiver. So deliveries of a receiver for other projects too are
/// hidden.
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
