import HoistwayModel
import HoistwayPorts

extension EngineCore {
    /// Promotions with their steps, in this order: ended ones are read from the store.
    ///
    /// Promotions that were forgotten in between are left out.
    func wholes(of known: [KnownPromotion]) async throws(StoreFailure) -> [PromotionRecord] {
        let ended = known.compactMap(\.ended?.id)
        let stored = ended.isEmpty ? [] : try await ports.store.promotions(ended)
        let byID = Dictionary(stored.map { ($0.id, $0) }) { first, _ in first }
        return known.compactMap { $0.open ?? byID[$0.id] }
    }

    /// `nil`: no promotion has this name.
    func whole(_ id: PromotionID) async throws(StoreFailure) -> PromotionRecord? {
        guard let known = await ledger.snapshot.promotions[id] else { return nil }
        return try await wholes(of: [known]).first
    }
}
