import HoistwayModel
import Synchronization

/// Which stages' health must be looked at, and which stages each Application concerns.
///
/// The cost of recording a change of an Application does not depend on the number of stages.
final class HealthBook: Sendable {
    /// Stages whose looks may have to wait for the same things.
    struct Lane: Hashable, Sendable {
        var project: String
        var cluster: String
    }

    /// How many looks of one lane wait for answers at one time.
    static let maxLooks = 4
    /// The most answers about histories that are kept.
    static let maxAnswers = 10_000

    private struct State {
        var stages: [ApplicationAddress: Set<StageKey>] = [:]
        var addresses: [StageKey: Set<ApplicationAddress>] = [:]
        var due: Set<StageKey> = []
        var isAllDue = true
        /// When a look is due without any change.
        var later: [StageKey: Timestamp] = [:]
        /// Stages whose look waits for a cluster or a repository, or soon will.
        var looking: Set<StageKey> = []
        var queues: [Lane: [StageKey]] = [:]
        var workers: [Lane: Int] = [:]
        /// Answers that never change.
        var answers: [RevisionQuestion: RevisionStanding] = [:]
        /// Answers that are valid for a limited time.
        var doubts: [RevisionQuestion: (answer: RevisionStanding, until: Timestamp)] = [:]
        /// When the cluster is asked again for Applications that no watch covers.
        var nextAsks: [ApplicationAddress: Timestamp] = [:]
    }

    /// Notifies when a look is due.
    let news = Signal()
    private let state = Mutex(State())

    // MARK: Due looks

    func tell(_ stages: some Sequence<StageKey>) {
        let isNew = state.withLock { state in
            let before = state.due.count
            state.due.formUnion(stages)
            return state.due.count > before
        }
        if isNew { news.notify() }
    }

    func tell(_ address: ApplicationAddress) {
        tell(state.withLock { $0.stages[address] ?? [] })
    }

    func tell(cluster: String) {
        tell(
            state.withLock { state in
                state.stages.filter { $0.key.cluster == cluster }.reduce(into: Set<StageKey>()) {
                    $0.formUnion($1.value)
                }
            }
        )
    }

    func tellAll() {
        state.withLock { $0.isAllDue = true }
        news.notify()
    }

    /// Makes a look due at that time, if it is not due before.
    func wake(_ stage: StageKey, at moment: Timestamp) {
        state.withLock { $0.later[stage] = min($0.later[stage] ?? moment, moment) }
        news.notify()
    }

    /// When the next look is due without any change.
    var nextWake: Timestamp? { state.withLock { $0.later.values.min() } }

    /// Returns, once, the stages whose look is due, except those whose look is running.
    ///
    /// - Parameter all: all stages.
    func takeDue(at now: Timestamp, all: () -> Set<StageKey>) -> Set<StageKey> {
        state.withLock { state in
            if state.isAllDue {
                state.due.formUnion(all())
                state.isAllDue = false
            }
            for (stage, moment) in state.later where moment <= now {
                state.due.insert(stage)
                state.later[stage] = nil
            }
            let taken = state.due.subtracting(state.looking)
            state.due.subtract(taken)
            // This look decides again when the next one is due.
            for stage in taken { state.later[stage] = nil }
            return taken
        }
    }

    // MARK: The index

    /// Records which Applications a stage's health depends on.
    func index(_ stage: StageKey, _ addresses: Set<ApplicationAddress>) {
        state.withLock { state in
            let before = state.addresses[stage] ?? []
            guard before != addresses else { return }
            for address in before.subtracting(addresses) {
                state.stages[address]?.remove(stage)
                guard state.stages[address]?.isEmpty == true else { continue }
                state.stages[address] = nil
                state.nextAsks[address] = nil
            }
            for address in addresses { state.stages[address, default: []].insert(stage) }
            state.addresses[stage] = addresses.isEmpty ? nil : addresses
        }
    }

    /// Clusters that any stage's health depends on.
    var clusters: Set<String> { state.withLock { Set($0.stages.keys.map(\.cluster)) } }

    // MARK: Looks that wait

    /// Queues a look that must wait for a cluster or a repository; returns whether the lane needs a new worker.
    func enqueue(_ stage: StageKey, on lane: Lane) -> Bool {
        state.withLock { state in
            state.looking.insert(stage)
            state.queues[lane, default: []].append(stage)
            guard state.workers[lane, default: 0] < Self.maxLooks else { return false }
            state.workers[lane, default: 0] += 1
            return true
        }
    }

    /// The next look of the lane; `nil` ends the worker.
    func next(on lane: Lane) -> StageKey? {
        state.withLock { state in
            guard var queue = state.queues[lane], !queue.isEmpty else {
                state.queues[lane] = nil
                state.workers[lane] = (state.workers[lane] ?? 1) - 1
                if state.workers[lane] == 0 { state.workers[lane] = nil }
                return nil
            }
            let stage = queue.removeFirst()
            state.queues[lane] = queue
            return stage
        }
    }

    func finished(_ stage: StageKey) {
        let isDue = state.withLock { state in
            state.looking.remove(stage)
            return state.due.contains(stage)
        }
        if isDue { news.notify() }
    }

    // MARK: Pauses

    /// When the cluster may be asked again for an Application that no watch covers; `nil`: now.
    func nextAsk(for address: ApplicationAddress, after now: Timestamp) -> Timestamp? {
        state.withLock { $0.nextAsks[address] }.flatMap { $0 > now ? $0 : nil }
    }

    func ask(for address: ApplicationAddress, at moment: Timestamp) {
        state.withLock { state in
            // Otherwise no stage's health depends on it any longer.
            guard state.stages[address] != nil else { return }
            state.nextAsks[address] = moment
        }
    }

    // MARK: Histories

    func answer(to question: RevisionQuestion, at now: Timestamp) -> RevisionStanding? {
        state.withLock { state in
            if let answer = state.answers[question] { return answer }
            return state.doubts[question].flatMap { $0.until > now ? $0.answer : nil }
        }
    }

    /// Keeps an answer for ever if it never changes; keeps a failure for a while, so that not every change asks again.
    func keep(_ answer: RevisionStanding, to question: RevisionQuestion, at now: Timestamp) {
        state.withLock { state in
            guard question.isFinal(answer) else {
                guard case .unknown = answer else { return }
                if state.doubts.count >= Self.maxAnswers { state.doubts = [:] }
                state.doubts[question] = (answer, now + ApplicationJudgement.pause)
                return
            }
            state.doubts[question] = nil
            if state.answers.count >= Self.maxAnswers { state.answers = [:] }
            state.answers[question] = answer
        }
    }
}
