import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// A promotion that a click requested.
struct AskedPromotion {
    let id: String
    let notice: DoneNotice
}

extension PageRequest {
    /// Makes a promotion; if one with the same freight is already open, returns that one, whoever requested it.
    func promote(_ freight: String, to stage: StageKey, _ consent: PromotionConsent) async throws -> AskedPromotion {
        do {
            let made = try await pipelines.promote(stage: stage, freight: freight, consent: consent, actor: caller.name)
            return AskedPromotion(id: made.id, notice: .promoted)
        } catch {
            guard APIError(error).code == .nothingToDo, let open = try await openPromotion(of: freight, to: stage)
            else {
                throw error
            }
            return AskedPromotion(id: open, notice: .promotedBefore)
        }
    }

    private func openPromotion(of freight: String, to stage: StageKey) async throws -> String? {
        try await pipelines.promotions(
            PromotionFilter(project: stage.project, stage: stage.name),
            after: nil,
            limit: StagePages.shownPromotions
        ).first { $0.freight == freight && !$0.phase.isTerminal }?.id
    }

    /// The page of a promotion, with a message about the click's effect.
    func page(of promotion: AskedPromotion, in project: String) -> Link {
        paths.link(["projects", project, "promotions", promotion.id], query: [("done", promotion.notice.rawValue)])
    }
}
