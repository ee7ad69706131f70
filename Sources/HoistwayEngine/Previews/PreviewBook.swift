import HoistwayModel
import HoistwayPorts
import Synchronization

/// The running previews, and those that have ended and are kept for a while; in memory only.
final class PreviewBook: Sendable {
    /// The most that run at one time, of all tokens and of one.
    static let maxRunning = 8
    static let maxRunningOfToken = 2
    /// The most that wait for room, of one token and of all.
    static let maxWaitingOfToken = 100
    static let maxWaiting = 500
    /// The most ended ones that are kept, and their most bytes together; above it, the oldest are removed.
    static let maxKept = 100
    static let maxKeptBytes = 64 << 20
    /// How long after their end.
    static let keptFor = Duration.seconds(30 * 60)
    static let timeLimit = Duration.seconds(5 * 60)

    /// One preview.
    struct Entry: Sendable {
        let id: String
        /// The promotion at its beginning.
        let record: PromotionRecord
        let freight: Freight
        let actor: String
        let createdAt: Timestamp
        let trace: PreviewTrace
        /// Whether it begins only when there is room; otherwise it begins at once.
        var mayWait = false
        /// Notifies when somebody cancels it.
        let cancelled = Signal()
        var hasBegun = false
        var ended: Ended?
        /// The newest promotion that was made from it; `nil`: there is no such promotion.
        var promotion: PromotionID?

        /// Its name in the stream of changes.
        var object: ChangedObject { ChangedObject(.preview, project: record.stage.project, name: id) }
        /// Whether it waits for room.
        var waits: Bool { mayWait && !hasBegun && ended == nil }
        /// Whether it counts as running.
        var runs: Bool { !waits && ended == nil }
    }

    struct Ended: Sendable {
        enum End: Sendable {
            case outcome(PreviewRun.Outcome)
            /// The preview could not be made.
            case failed(String)
            case canceled(String)
        }

        var end: End
        var at: Timestamp
        /// Its approximate size.
        var bytes: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// In the order of the requests.
        var order: [String] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let feed: ChangeFeed
    /// Notifies when a preview was requested, and when one has ended, so that another may begin.
    let arrived = Signal()

    /// - Parameter feed: gets each preview that begins, ends, is promoted from or is forgotten.
    init(feed: ChangeFeed) {
        self.feed = feed
    }

    /// Adds a preview, which the service will begin.
    func add(_ entry: Entry) throws(OperatorFailure) {
        forgetOld(now: entry.createdAt)
        try state.withLock { state throws(OperatorFailure) in
            guard !state.isClosed else { throw .unavailable("the server is stopping") }
            try Self.admit(entry, &state)
            state.entries[entry.id] = entry
            state.order.append(entry.id)
        }
        arrived.notify()
        feed.tell([entry.object])
    }

    private static func admit(_ entry: Entry, _ state: inout State) throws(OperatorFailure) {
        guard !entry.mayWait else {
            let waiting = state.entries.values.filter(\.waits)
            guard waiting.count < maxWaiting, waiting.count(where: { $0.actor == entry.actor }) < maxWaitingOfToken
            else { throw .tooManyPreviews("too many previews wait already: try again when some have ended") }
            return
        }
        let running = state.entries.values.filter(\.runs)
        guard running.count < maxRunning else {
            throw .tooManyPreviews("\(maxRunning) previews run already: try again when one has ended")
        }
        guard running.count(where: { $0.actor == entry.actor }) < maxRunningOfToken else {
            throw .tooManyPreviews(
                "\(maxRunningOfToken) previews of token \(entry.actor) run already: wait for one, or cancel it"
            )
        }
    }

    func entry(_ id: String, now: Timestamp) throws(OperatorFailure) -> Entry {
        forgetOld(now: now)
        guard let entry = state.withLock({ $0.entries[id] }) else {
            throw .notFound("there is no preview \(ShownText.quoted(id)): previews are kept for half an hour")
        }
        return entry
    }

    /// The next preview that may begin; it is marked as begun.
    func takeNext() -> Entry? {
        state.withLock { state in
            let running = state.entries.values.filter(\.runs)
            let ofActor = Dictionary(grouping: running, by: \.actor).mapValues(\.count)
            let next = state.order.first { id in
                guard let entry = state.entries[id], !entry.hasBegun, entry.ended == nil else { return false }
                // A preview that does not wait counts as running already.
                guard entry.waits else { return true }
                return running.count < Self.maxRunning && ofActor[entry.actor, default: 0] < Self.maxRunningOfToken
            }
            guard let next else { return nil }
            state.entries[next]?.hasBegun = true
            return state.entries[next]
        }
    }

    func end(_ id: String, _ end: Ended.End, at now: Timestamp) {
        let ended: Entry? = state.withLock { state in
            guard let entry = state.entries[id], entry.ended == nil else { return nil }
            state.entries[id]?.ended = Ended(end: end, at: now, bytes: end.bytes)
            return entry
        }
        guard let ended else { return }
        arrived.notify()
        feed.tell([ended.object])
        forgetOld(now: now)
    }

    /// Records which promotion was made from it.
    func promoted(_ id: String, to promotion: PromotionID) {
        let entry = state.withLock { state in
            state.entries[id]?.promotion = promotion
            return state.entries[id]
        }
        if let entry { feed.tell([entry.object]) }
    }

    /// Ends a running preview, or forgets one that has ended; returns it as it was before, or as it ended.
    func cancel(_ id: String, now: Timestamp) throws(OperatorFailure) -> Entry {
        var entry = try entry(id, now: now)
        guard entry.ended == nil else {
            state.withLock { Self.forget(id, &$0) }
            feed.tell([], removed: [entry.object])
            return entry
        }
        end(id, .canceled("it was canceled"), at: now)
        entry.cancelled.notify()
        entry = try self.entry(id, now: now)
        return entry
    }

    /// The server is stopping: all running previews end, and no other begins.
    func close(now: Timestamp) {
        let running = state.withLock { state in
            state.isClosed = true
            return state.entries.values.filter { $0.ended == nil }
        }
        for entry in running {
            end(entry.id, .canceled("the server is stopping"), at: now)
            entry.cancelled.notify()
        }
    }

    /// Forgets previews that are too old or too many.
    ///
    /// - Returns: the time until the next one is too old; `nil`: the book has no ended preview.
    @discardableResult
    func forgetOld(now: Timestamp) -> Duration? {
        let (gone, next) = state.withLock { state in
            let before = state.entries
            Self.purge(&state, now: now)
            let gone = before.filter { state.entries[$0.key] == nil }.map(\.value.object)
            return (gone, state.entries.values.compactMap { $0.ended?.at }.min())
        }
        if !gone.isEmpty { feed.tell([], removed: gone) }
        return next.map { max(.zero, $0 + Self.keptFor - now) }
    }

    private static func purge(_ state: inout State, now: Timestamp) {
        for (id, entry) in state.entries {
            // After a clock was set back, nothing is kept for longer.
            guard let ended = entry.ended, now - ended.at >= keptFor || ended.at - now >= keptFor else { continue }
            forget(id, &state)
        }
        let kept = state.order.compactMap { state.entries[$0] }.filter { $0.ended != nil }
        var bytes = kept.reduce(0) { $0 + ($1.ended?.bytes ?? 0) }
        var count = kept.count
        for entry in kept where count > maxKept || bytes > maxKeptBytes {
            forget(entry.id, &state)
            count -= 1
            bytes -= entry.ended?.bytes ?? 0
        }
    }

    private static func forget(_ id: String, _ state: inout State) {
        state.entries[id] = nil
        state.order.removeAll { $0 == id }
    }
}

extension PreviewBook.Ended.End {
    /// The sizes of texts and values; the rest is small.
    fileprivate var bytes: Int {
        switch self {
        case .failed(let text), .canceled(let text): return text.utf8.count
        case .outcome(let outcome):
            let files = outcome.record.branches.flatMap { $0.preview?.files ?? [] }
            let texts =
                files.reduce(0) { $0 + ($1.diff?.utf8.count ?? 0) + $1.path.utf8.count + 100 }
                + outcome.record.branches.reduce(0) { $0 + ($1.diff?.utf8.count ?? 0) }
            let values = outcome.results.reduce(0) { sum, result in
                sum + (result.config?.roughSize ?? 0) + ConfigValue.map(result.outputs).roughSize
            }
            return texts + values + outcome.record.steps.reduce(0) { $0 + $1.config.roughSize }
        }
    }
}
