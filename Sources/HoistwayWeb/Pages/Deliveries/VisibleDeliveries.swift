import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Reads deliveries that a visitor may see.
struct VisibleDeliveries: Sendable {
    /// The most pages that are read for one page of visible deliveries.
    private static let maxPages = 20
    private static let pageSize = 500

    let visibility: ReceiverVisibility

    init(projects: @escaping @Sendable (_ receiver: String) -> Set<String>) {
        visibility = ReceiverVisibility(projects: projects)
    }

    func sees(_ caller: Caller, receiver: String) -> Bool { visibility.sees(caller, receiver: receiver) }

    /// Reads until `limit` matching deliveries are found that the caller may see.
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

    /// If the caller may not see it, throws the same error as for a missing one.
    func one(_ id: DeliveryID, _ pipelines: any PipelineOperator, for caller: Caller) async throws -> DeliveryView {
        let view = try await pipelines.delivery(id)
        guard visibility.sees(caller, receiver: view.receiver) else {
            throw APIError.notFound("there is no delivery \(id)")
        }
        return view
    }
}
