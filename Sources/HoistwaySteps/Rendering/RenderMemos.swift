package import HoistwayModel
import Synchronization

/// Memos of all promotions, with a common limit.
///
/// A lost memo only costs time: its work is done again. So memos are never stored on disk.
package final class RenderMemos: Sendable {
    /// Limit for all promotions: above it, the memos of the promotion that used its own least recently are removed.
    package static let maxBytes = 256 << 20
    /// Limit for one promotion: several fit together, so that a few large ones do not remove each other again and
    /// again.
    package static let maxBytesOfPromotion = 48 << 20

    private struct Kept {
        var memos: [String: RenderMemo] = [:]
        var bytes = 0
        /// When it was used last, as a count of uses.
        var used = 0
    }

    private struct State {
        var kept: [PromotionID: Kept] = [:]
        var bytes = 0
        var uses = 0
    }

    private let state = Mutex(State())
    private let maxBytes: Int
    private let maxBytesOfPromotion: Int

    package init(
        maxBytes: Int = RenderMemos.maxBytes,
        maxBytesOfPromotion: Int = RenderMemos.maxBytesOfPromotion
    ) {
        self.maxBytes = maxBytes
        self.maxBytesOfPromotion = maxBytesOfPromotion
    }

    /// Approximate size of all memos in memory.
    package var bytes: Int { state.withLock(\.bytes) }

    package func memo(of promotion: PromotionID) -> any StepMemo { Book(memos: self, promotion: promotion) }

    /// Called when the promotion has ended.
    package func forget(_ promotion: PromotionID) {
        state.withLock { state in
            guard let kept = state.kept.removeValue(forKey: promotion) else { return }
            state.bytes -= kept.bytes
        }
    }

    fileprivate func render(_ alias: String, of promotion: PromotionID) -> RenderMemo? {
        state.withLock { state in
            state.uses += 1
            state.kept[promotion]?.used = state.uses
            return state.kept[promotion]?.memos[alias]
        }
    }

    fileprivate func keep(_ memo: RenderMemo, _ alias: String, of promotion: PromotionID) -> Bool {
        state.withLock { state in
            var kept = state.kept[promotion] ?? Kept()
            let before = kept.bytes
            kept.bytes += memo.bytes - (kept.memos.updateValue(memo, forKey: alias)?.bytes ?? 0)
            guard kept.bytes <= maxBytesOfPromotion else { return false }
            state.uses += 1
            kept.used = state.uses
            state.kept[promotion] = kept
            state.bytes += kept.bytes - before
            while state.bytes > maxBytes,
                let oldest = state.kept.filter({ $0.key != promotion }).min(by: { $0.value.used < $1.value.used })
            {
                state.kept[oldest.key] = nil
                state.bytes -= oldest.value.bytes
            }
            return true
        }
    }

    fileprivate func remove(_ alias: String, of promotion: PromotionID) {
        state.withLock { state in
            guard let memo = state.kept[promotion]?.memos.removeValue(forKey: alias) else { return }
            state.kept[promotion]?.bytes -= memo.bytes
            state.bytes -= memo.bytes
        }
    }

    private struct Book: StepMemo {
        let memos: RenderMemos
        let promotion: PromotionID

        func render(_ alias: String) -> RenderMemo? { memos.render(alias, of: promotion) }
        func keep(_ alias: String, _ memo: RenderMemo) -> Bool { memos.keep(memo, alias, of: promotion) }
        func remove(_ alias: String) { memos.remove(alias, of: promotion) }
    }
}
