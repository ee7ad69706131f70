import HoistwayModel
import HoistwayPorts
import Synchronization

/// Decides which promotions begin: looks at the stages that a change, or the clock, concerns.
///
/// It keeps which looks are still to be made, and which names of promotions were given.
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

    /// Names of promotions go on behind those that are known, also where the clock was set back.
    func goOnNaming(after known: some Sequence<PromotionID>) {
        state.withLock { $0.names.goOn(after: known) }
    }

    /// When the clock alone will change an answer of the dispatcher.
    var nextLook: Timestamp? { state.withLock(\.agenda.nextLook) }

    /// Decides on the present configuration at this moment.
    var dispatch: Dispatch { Self.dispatch(configurations.present, now: ports.clock.now()) }

    private static func dispatch(_ present: ConfigurationCell.Generation, now: Timestamp) -> Dispatch {
        Dispatch(pipelines: present.pipelines, mode: present.configuration.mode, now: now)
    }

    /// Stages that another configuration concerns are looked at with the next transaction.
    ///
    /// To be called after the configuration was replaced: a look before that is one at the former.
    ///
    /// - Parameter concern: `nil`: all are.
    func noteConfiguration(concerning concern: StageConcern?) {
        state.withLock { state in
            if let concern { state.agenda.add(concern) } else { state.agenda.addAll() }
        }
    }

    /// Looks that were made for a decision that was not stored are made again in a second at the earliest.
    func giveBack(_ looked: StageConcern) {
        let soonest = ports.clock.now() + .seconds(1)
        state.withLock { $0.agenda.giveBack(looked, at: soonest) }
    }

    /// Looks at the stages that the transaction's changes, or what came before it, can concern.
    ///
    /// - Parameters:
    ///   - isLook: whether the transaction is nothing but a look at what is due.
    ///   - looked: what was looked at is put here.
    func dispatch(
        into transaction: inout Ledger.Transaction,
        isLook: Bool,
        looked: borrowing Mutex<StageConcern>
    ) {
        let now = ports.clock.now()
        let result = state.withLock { state -> Dispatch.Result? in
            // Taken within the lock: what `noteConfiguration` has added is never looked at with the former one.
            let present = configurations.present
            let graph = present.index.graph
            let changed = graph.concern(of: transaction.changes, before: transaction.before)
            guard present.pipelines.isComplete else {
                // Nothing is decided until all is known; then it is looked at.
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

    /// A promotion that a person asks for, named after all others.
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
