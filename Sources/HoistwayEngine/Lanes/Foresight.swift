import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Synchronization

/// What is known of promotions before they run: their steps without the expressions that read freight only, and the lane
/// that they take turns in.
///
/// Nothing of it is stored.
final class Foresight: Sendable {
    struct Entry: Sendable {
        /// The freight that it was evaluated with.
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

    /// What manifests say has changed.
    func forgetAll() { known.withLock { $0.removeAll() } }

    /// It has ended.
    func forget(_ id: PromotionID) { known.withLock { _ = $0.removeValue(forKey: id) } }
}

extension EngineCore {
    /// Of the evaluated steps of one promotion, about as many bytes as JSON has; larger ones stay as they are written.
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
            // It stays in memory while the promotion is open.
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
        // What ends meanwhile is told once, and asked about no more.
        if !record.phase.isTerminal { foresight.keep(entry, of: record.id) }
        return entry
    }
}
