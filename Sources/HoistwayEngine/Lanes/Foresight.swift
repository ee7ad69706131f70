import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Synchronization

/// What is known about promotions before they run: their steps, with expressions that read only freight replaced, and
/// their lane.
///
/// It is kept in memory only.
final class Foresight: Sendable {
    struct Entry: Sendable {
        /// The freight that the steps were evaluated with.
        var collection: [String: FreightID]
        var steps: [StepTemplate]
        var lane: LaneKey
        var remote: LaneRemote
    }

    private let known = Mutex<[PromotionID: Entry]>([:])

    func entry(of record: PromotionRecord) -> Entry? {
        known.withLock { $0[record.id] }.flatMap { $0.collection == record.collection ? $0 : nil }
    }

    func keep(_ entry: Entry, of id: PromotionID) { known.withLock { $0[id] = entry } }

    /// The manifests have changed.
    func forgetAll() { known.withLock { $0.removeAll() } }

    /// The promotion has ended.
    func forget(_ id: PromotionID) { known.withLock { _ = $0.removeValue(forKey: id) } }
}

extension EngineCore {
    /// The largest evaluated steps of one promotion, in about as many bytes as JSON has; larger ones are kept
    /// unevaluated.
    private static let maxForeseen = 256 << 10

    func lane(of record: PromotionRecord) async -> LaneKey { await foresee(record).lane }

    /// What the promotion will do, as far as it is known before its steps run.
    func foresee(_ record: PromotionRecord) async -> Foresight.Entry {
        if let known = foresight.entry(of: record) { return known }
        var steps = record.steps
        if steps.contains(where: { $0.config.firstExpression() != nil }) {
            let workspace = ports.workspaces.workspace(
                heads: KnownHeads(),
                author: configuration.author,
                at: ports.clock.now()
            )
            let context = await stepContext(of: record, workspace: workspace, at: nil)
            let evaluated = StepForesight.configured(steps, in: context)
            // The result stays in memory while the promotion is open.
            if evaluated.reduce(0, { $0 + $1.config.roughSize }) <= Self.maxForeseen { steps = evaluated }
        }
        let checkout = PromotionPlan(steps: steps).lane
        let entry = Foresight.Entry(
            collection: record.collection,
            steps: steps,
            lane: LaneKey(
                project: record.stage.project,
                repository: checkout.map { RepositoryIdentity($0.repoURL).text } ?? ""
            ),
            remote: LaneRemote(
                url: checkout?.repoURL ?? "",
                insecureSkipTLSVerify: checkout?.insecureSkipTLSVerify ?? false
            )
        )
        // An ended promotion is forgotten once, and must not be added again.
        if !record.phase.isTerminal { foresight.keep(entry, of: record.id) }
        return entry
    }
}
