import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension PreviewBook {
    /// A preview that allows a promotion to this stage, as far as the preview alone shows.
    func ended(_ id: String, of stage: StageKey, now: Timestamp) throws(OperatorFailure) -> Kept {
        let entry = try entry(id, now: now)
        guard entry.record.stage == stage else {
            throw .invalid("preview \(id) is one of \(entry.record.stage), not of \(stage)")
        }
        guard let ended = entry.ended else {
            throw .refused("preview \(id) is not done: promote when it has ended")
        }
        guard case .outcome(let outcome) = ended.end, outcome.record.phase == .succeeded else {
            throw .refused("preview \(id) shows no promotion that would succeed: look at it, and make another one")
        }
        return Kept(id: id, freight: entry.freight, record: outcome.record)
    }

    /// A preview that has ended and may be promoted from.
    struct Kept: Sendable {
        let id: String
        let freight: Freight
        let record: PromotionRecord

        /// The pushes that a promotion of the freight is compared with.
        ///
        /// - Parameter accepted: digests that a person accepts; differences that exceed the limits must be among them.
        func consent(to freight: Freight, accepted: [String]) throws(OperatorFailure) -> PreviewedPushes {
            guard freight.id == self.freight.id else {
                throw .invalid(
                    "preview \(id) is one of freight \(self.freight.alias), not of \(freight.alias)"
                )
            }
            let previews = record.shownPushes
            guard previews.allSatisfy({ $0.push.digest != PreviewedPushes.Push.uncounted }) else {
                throw .refused(
                    "preview \(id) shows \(PreviewedPushes.Push.uncounted) that differ: that cannot be compared; promote without it"
                )
            }
            let missing = previews.filter { $0.exceeded != nil }.compactMap(\.push.digest)
                .filter { !accepted.contains($0) }
            guard missing.isEmpty else {
                throw .denied(
                    "the preview shows more than the limits of \(record.stage) allow",
                    hint: "look at it; " + missing.map { "`--accept \($0)`" }.joined(separator: " ") + " accepts it"
                )
            }
            let unknown = record.unknownPushes(of: record.stepRecords)
            return PreviewedPushes(
                preview: id,
                pushes: previews.map(\.push).filter { !unknown.contains($0.step) },
                unknown: unknown
            )
        }
    }
}
