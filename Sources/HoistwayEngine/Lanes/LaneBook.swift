import HoistwayModel
import HoistwayPorts
import Synchronization

/// Promotions that share pushes: those of one project whose first push goes to one repository.
struct LaneKey: Hashable, Sendable {
    var project: String
    /// As ``RepositoryIdentity`` has it; empty if a promotion clones nothing.
    var repository: String
}

/// How a lane's repository is reached: promotions with the same URL and TLS setting share one look and one push.
struct LaneRemote: Hashable, Sendable {
    var url: String
    var insecureSkipTLSVerify: Bool
}

/// The first promotion of each stage, and whether it may run now: by lane, and by the time until which it waits.
///
/// Changes are reported here, and only the stages that they concern are looked at, however many promotions are open. It
/// is kept in memory only: it begins with a look at all open promotions.
final class LaneBook: Sendable {
    /// The first promotion in the queue of a stage.
    struct Head: Sendable, Equatable {
        var id: PromotionID
        var lane: LaneKey
        /// Whether it looks at Applications or pull requests again, and needs no lane.
        var isLook: Bool
        /// `nil`: at once.
        var nextTry: Timestamp?
        /// Longer than any pause that it may get.
        var horizon: Duration
    }

    /// Stages whose heads must be looked at.
    struct Concern: Sendable {
        /// `nil`: the stages of all open promotions.
        var stages: Set<StageKey>?
        /// A look that began later takes precedence.
        fileprivate var number: UInt64
    }

    /// What may begin now; each is returned once, until a change or the end of a lane concerns it again.
    struct Work: Sendable {
        var lanes: Set<LaneKey> = []
        var looks: [PromotionID] = []
        /// When the first waiting head is due.
        var nextDue: Timestamp?
    }

    private struct Waiting: Comparable {
        var until: Timestamp
        var stage: StageKey

        static func < (left: Waiting, right: Waiting) -> Bool {
            (left.until, left.stage.project, left.stage.name) < (right.until, right.stage.project, right.stage.name)
        }
    }

    private struct State {
        /// `nil`: all stages.
        var concern: Set<StageKey>?
        var looks: UInt64 = 0
        /// The look that last updated each stage.
        var lookOf: [StageKey: UInt64] = [:]
        var heads: [StageKey: Head] = [:]
        var stageOf: [PromotionID: StageKey] = [:]
        /// Heads that may run now and need a lane.
        var ready: [LaneKey: [StageKey: PromotionID]] = [:]
        /// Lanes among them that have not been started since.
        var waking: Set<LaneKey> = []
        var readyLooks: [StageKey: PromotionID] = [:]
        /// By their horizons: the last of each is also due if the clock was set back.
        var waiting: [Duration: OrderedList<Waiting>] = [:]
    }

    private let state = Mutex(State())

    /// Promotions, or the steps that they will run, have changed.
    func tell(_ changes: [Change]) {
        state.withLock { state in
            for change in changes {
                switch change {
                case .putPromotion(let record): state.concern?.insert(record.stage)
                case .removePromotion(let id):
                    if let stage = state.stageOf[id] { state.concern?.insert(stage) }
                default: continue
                }
            }
        }
    }

    func tell(_ stage: StageKey) { state.withLock { _ = $0.concern?.insert(stage) } }

    /// Changed manifests may change what promotions write.
    func tellAll() { state.withLock { $0.concern = nil } }

    /// A lane has ended: promotions that have become ready may start it again.
    func ended(_ lane: LaneKey) {
        state.withLock { state in if state.ready[lane] != nil { state.waking.insert(lane) } }
    }

    /// The stages to look at since the last call.
    func takeConcern() -> Concern {
        state.withLock { state in
            defer { state.concern = [] }
            state.looks += 1
            return Concern(stages: state.concern, number: state.looks)
        }
    }

    /// - Parameter heads: the heads of the concern's stages; stages without one are left out.
    func put(_ heads: [StageKey: Head], of concern: Concern) {
        state.withLock { state in
            for stage in concern.stages ?? Set(heads.keys).union(state.heads.keys) {
                guard state.lookOf[stage, default: 0] < concern.number else { continue }
                state.lookOf[stage] = concern.number
                Self.replace(heads[stage], of: stage, &state)
            }
        }
    }

    /// The heads that may begin now, and when the first waiting one is due.
    ///
    /// - Parameter isApart: whether the promotion runs outside its lane.
    func take(now: Timestamp, isApart: (PromotionID) -> Bool) -> Work {
        state.withLock { state in
            Self.ripen(&state, now)
            let lanes = state.waking.filter { state.ready[$0]?.values.contains { !isApart($0) } ?? false }
            let looks = state.readyLooks.values.filter { !isApart($0) }.sorted()
            state.waking = []
            state.readyLooks = [:]
            return Work(lanes: lanes, looks: looks, nextDue: state.waiting.values.compactMap(\.first?.until).min())
        }
    }

    /// The promotions that may run in the lane now, in the order of their names.
    func ready(in lane: LaneKey, now: Timestamp) -> [PromotionID] {
        state.withLock { state in
            Self.ripen(&state, now)
            return (state.ready[lane]?.values).map { $0.sorted() } ?? []
        }
    }

    /// Makes heads ready whose time has come.
    private static func ripen(_ state: inout State, _ now: Timestamp) {
        for horizon in state.waiting.keys {
            while let first = state.waiting[horizon]?.first, first.until <= now { wake(first.stage, &state) }
            while let last = state.waiting[horizon]?.last, last.until - now > horizon { wake(last.stage, &state) }
        }
    }

    private static func wake(_ stage: StageKey, _ state: inout State) {
        guard var head = state.heads[stage] else { preconditionFailure("what waits is the head of a stage") }
        head.nextTry = nil
        replace(head, of: stage, &state)
    }

    private static func replace(_ head: Head?, of stage: StageKey, _ state: inout State) {
        if let old = state.heads[stage] {
            state.stageOf[old.id] = nil
            state.readyLooks[stage] = nil
            state.ready[old.lane]?[stage] = nil
            if state.ready[old.lane]?.isEmpty ?? false { state.ready[old.lane] = nil }
            if let until = old.nextTry { state.waiting[old.horizon]?.remove(Waiting(until: until, stage: stage)) }
        }
        state.heads[stage] = head
        guard let head else { return }
        state.stageOf[head.id] = stage
        if let until = head.nextTry {
            state.waiting[head.horizon, default: OrderedList()].insert(Waiting(until: until, stage: stage))
        } else if head.isLook {
            state.readyLooks[stage] = head.id
        } else {
            state.ready[head.lane, default: [:]][stage] = head.id
            state.waking.insert(head.lane)
        }
    }
}

extension EngineCore {
    /// Updates the heads of the stages that have changed since the last time.
    func noteHeads() async {
        let concern = ledger.lanes.takeConcern()
        // After the concern was taken, so that the state has all reported changes.
        let state = await ledger.snapshot
        let stages = concern.stages ?? Set(state.openPromotions.map(\.stage))
        var heads: [StageKey: LaneBook.Head] = [:]
        for stage in stages {
            guard let record = state.openPromotions(of: stage).first else { continue }
            heads[stage] = LaneBook.Head(
                id: record.id,
                lane: await lane(of: record),
                isLook: record.isLooking && record.abortedBy == nil,
                nextTry: record.nextTry,
                horizon: record.awaitedPullRequest == nil ? NextTry.horizon : NextTry.horizonOfPullRequests
            )
        }
        ledger.lanes.put(heads, of: concern)
    }

    /// What may begin now.
    func takeRunnable() async -> LaneBook.Work {
        await noteHeads()
        return ledger.lanes.take(now: ports.clock.now(), isApart: apart.holds)
    }
}
