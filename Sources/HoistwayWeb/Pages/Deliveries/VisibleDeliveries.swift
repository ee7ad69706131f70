import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Reads deliveries that a visitor may see.
struct VisibleDeliveries: Sendable {
    /// How many pages are read for one that shows only some of them.
    private static let maxPages = 20
    private static let pageSize = 500

    let visibility: ReceiverVisibility

    init(projects: @escaping @Sendable (_ receiver: String) -> Set<String>) {
        visibility = ReceiverVisibility(projects: projects)
    }

    func sees(_ caller: Caller, receiver: String) -> Bool { visibility.sees(caller, receiver: receiver) }

    /// Reads on until `limit` are found that match and that the caller may see.
    func page(
        _ pipelines: any PipelineOperator,
        state: DeliveryState?,
        receiver: String?,
        before: DeliveryID?,
        limit: Int,
        for caller: Caller
    ) async throws -> [DeliveryView] {
        guard caller.project != nil || receiver != nil else {
            return try await pipelines.deliveries(state: state, before: before, limit: limit)
        }
        var found: [DeliveryView] = []
        var before = before
        for _ in 0..<Self.maxPages {
            let page = try await pipelines.deliveries(state: state, before: before, limit: Self.pageSize)
            let visible = page.filter {
                (receiver == nil || $0.receiver == receiver) && visibility.sees(caller, receiver: $0.receiver)
            }
            found += visible.prefix(limit - found.count)
            guard found.count < limit, page.count == Self.pageSize, let last = page.last else { break }
            before = DeliveryID(last.id)
        }
        return found
    }

    /// Ends as if there were none where the caller may not see it.
    func one(_ id: DeliveryID, _ pipelines: any PipelineOperator, for caller: Caller) async throws -> DeliveryView {
        let view = try await pipelines.delivery(id)
        guard visibility.sees(caller, receiver: view.receiver) else {
            throw APIError.notFound("there is no delivery \(id)")
        }
        return view
    }
}
