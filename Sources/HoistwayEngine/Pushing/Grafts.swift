import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Synchronization

/// Files that promotions must take from the branches that they push to, found at the push.
///
/// It is kept in memory only: after a restart the promotion finds them again.
final class Grafts: Sendable {
    private let known = Mutex<[PromotionID: [WorkspacePath: Graft]]>([:])

    /// By the mount path of the checkout.
    subscript(promotion: PromotionID) -> [WorkspacePath: Graft] { known.withLock { $0[promotion] ?? [:] } }

    /// Files that were found before are taken from the new tip too.
    func add(_ graft: Graft, of need: PushNeed, draft: Draft) {
        let mount = WorkspacePath(draft.plan.checkout(holding: need.path)?.mount ?? need.path)
        known.withLock { known in
            let before = known[draft.record.id]?[mount]?.files ?? []
            known[draft.record.id, default: [:]][mount] = Graft(tip: graft.tip, files: graft.files.union(before))
        }
    }

    func remove(_ promotion: PromotionID) { known.withLock { $0[promotion] = nil } }
}
