import HoistwayModel
import HoistwayPorts
import Synchronization

/// Decides which promotions begin: looks at the stages that a change, or the time, concerns.
///
/// It keeps the looks that are still due, and the names of promotions that were used.
final class Decider: Sendable {
    private struct State {
        var names = PromotionNames()
        var agenda = LookAgenda()
    }

    private let state = Mutex(State())
    private let configurations: ConfigurationCell
    private let ports: EnginePorts

    init(configurations: ConfigurationCell, ports: EnginePorts) {
        self.configurations = configurations
        self.ports = ports
    }

    /// New names of promotions come after all known ones, even if the clock was set back.
    func goOnNaming(after known: some Sequence<PromotionID>) {
        state.withLock { $0.names.goOn(after: known) }
    }

    /// When time alone will change a decision of the dispatcher.
    var nextLook: Timestamp? { state.withLock(\.agenda.nextLook) }

    /// The dispatcher for the present configuration and time.
    var dispatch: Dispatch { Self.dispatch(configurations.present, now: ports.clock.now()) }

    private static func dispatch(_ present: ConfigurationCell.Generation, now: Timestamp) -> Dispatch {
        Dispatch(pipelines: present.pipelines, mode: present.configuration.mode, now: now)
    }

    /// The next transaction looks at the stages that another configuration concerns.
    ///
    /// Call it after the configuration was replaced: an earlier look would use the former one.
    ///
    /// - Parameter concern: `nil`: all stages.
    func noteConfiguration(concerning concern: StageConcern?) {
        state.withLock { state in
            if let concern { state.agenda.add(concern) } else { state.agenda.addAll() }
        }
    }

    /// Repeats the looks of a decision that was not stored, after a second at the earliest.
    func giveBack(_ looked: StageConcern) {
        let soonest = ports.clock.now() + .seconds(1)
        state.withLock { $0.agenda.giveBack(looked, at: soonest) }
    }

    /// Looks at the stages that the transaction's changes, or earlier ones, may concern.
    ///
    /// - Parameters:
    ///   - isLook: whether the transaction only looks at what is due.
    ///   - looked: set to the stages that were looked at.
    func dispatch(
        into transaction: inout Ledger.Transaction,
        isLook: Bool,
        looked: borrowing Mutex<StageConcern>
    ) {
        let now = ports.clock.now()
        let result = state.withLock { state -> Dispatch.Result? in
            // Read within the lock, so that stages from `noteConfiguration` are never looked at with the former
            // configuration.
            let present = configurations.present
            let graph = present.index.graph
            let changed = graph.concern(of: transaction.changes, before: transaction.before)
            guard present.pipelines.isComplete else {
                // Nothing is decided until all manifests are known; then these stages are looked at.
                state.agenda.add(changed)
                return nil
            }
            guard isLook || !changed.isEmpty else { return nil }
            state.agenda.add(changed)
            let concern = state.agenda.take(graph: graph, on: transaction.state, now: now)
            looked.withLock { $0 = concern }
            let result = Self.dispatch(present, now: now).decide(
                on: transaction.state,
                concerning: concern,
                graph: graph,
                matcher: ports.matcher,
                names: &state.names,
                random: ports.random
            )
            state.agenda.note(result.looks)
            return result
        }
        transaction.put(result?.changes ?? [])
    }

    /// A promotion that a person requests, named after all others.
    func newPromotion(
        of freight: Freight,
        to stage: Stage,
        in project: Project,
        actor: String,
        reason: String,
        state pipelines: PipelineState
    ) -> PromotionRecord {
        let dispatch = dispatch
        return state.withLock { state in
            dispatch.newPromotion(
                of: freight,
                to: stage,
                in: project,
                actor: .person(actor),
                reason: reason,
                state: pipelines,
                names: &state.names,
                random: ports.random
            )
        }
    }
}
