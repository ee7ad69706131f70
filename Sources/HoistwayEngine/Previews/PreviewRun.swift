import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Logging

/// Runs a promotion's steps on a copy of the state, separate from all other work: nothing is pushed, sent or stored.
///
/// It uses the same engine as promotions: the same lanes, guard and limits, on the real branches. But pushes stay in
/// memory, and effects are only described.
struct PreviewRun: Sendable {
    /// The most tries after a branch has moved during the run.
    private static let maxTries = 8

    /// The result of the run.
    struct Outcome: Sendable {
        /// The record that would be stored; it has not ended if another system failed.
        var record: PromotionRecord
        var results: [StepResult]
    }

    let core: EngineCore
    /// It is not in the state, or has not begun there.
    let record: PromotionRecord
    var trace = PreviewTrace()

    func run() async throws -> Outcome {
        let live = core.ports.store
        let store = DryRunStore(state: await seen(), results: [:], deliveries: []) { ids throws(StoreFailure) in
            try await live.promotions(ids)
        }
        var ports = core.ports
        ports.store = store
        ports.remotes = CapturingRemotes(core.ports.remotes)
        ports.http?.isPreview = true
        let generation = core.configurations.present
        var configuration = generation.configuration
        configuration.recordsDiffs = true
        let copy = EngineCore(
            ledger: try await Ledger(store: store),
            ports: ports,
            configuration: configuration,
            index: generation.index,
            log: Logger(label: "preview") { _ in SwiftLogNoOpLogHandler() },
            preview: trace
        )
        copy.branches.learnDefaultBranches(of: core.branches)
        let lane = Lane(core: copy, key: await copy.lane(of: record))
        var tries = 0
        while let present = await copy.ledger.snapshot.openPromotion(record.id) {
            try Task.checkCancellation()
            // A promotion would wait until the other system works again; a preview does not.
            guard present.trouble == nil, present.nextTry == nil || present.attempts > 0, tries < Self.maxTries else {
                break
            }
            if copy.apart.take(record.id) {
                await ApartRun(core: copy, id: record.id).run()
            } else {
                tries += 1
                await lane.run(only: record.id)
            }
        }
        try Task.checkCancellation()
        let present = try await copy.whole(record.id) ?? record
        let results = await store.stepResults(of: record.id)
        return Outcome(record: present, results: results.isEmpty ? trace.results : results)
    }

    /// What the promotion's steps and rules may see of the state: without running promotions and pushes.
    private func seen() async -> PipelineState {
        var state = await core.ledger.snapshot
        let project = record.stage.project
        let ended = state.promotions(ofProject: project).filter(\.phase.isTerminal)
        state.promotions = RecordTable(ended, by: \.id)
        state.freight = RecordTable(state.freight(ofProject: project), by: \.key)
        state.intents = RecordTable()
        state.notices = RecordMap()
        state.refreshes = RecordMap()
        var record = record
        record.previewed = nil
        record.abortedBy = nil
        record.nextTry = nil
        record.trouble = nil
        state.promotions[record.id] = KnownPromotion(record)
        return state
    }
}
