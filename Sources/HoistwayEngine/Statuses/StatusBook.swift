import HoistwayModel
import Synchronization

/// Which commit statuses wait to be sent, and what was sent last.
///
/// Nothing of it is stored: after a start it is made of the state again, and what is sent twice replaces itself.
final class StatusBook: Sendable {
    /// Most statuses that wait, for all hosts together.
    static let maxWaiting = 2_000
    /// Most sent ones that are remembered: those of others are sent again where their promotions change.
    static let maxSent = 5_000
    /// Requests to one host for one project; with what is saved up never more than 500 within an hour, GitHub's bound for
    /// what makes content:
    /// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>.
    static let perHour = 420
    static let burst = 80.0
    /// How long a promotion that goes on is left to end: most do within it, and then their end alone is sent.
    static let settling: Duration = .seconds(2)

    struct Waiting: Sendable {
        var report: PromotionStatus
        var since: Timestamp
        var due: Timestamp
        var tries = 0
    }

    enum Next {
        case nothing
        case later(Timestamp)
        case send(Waiting)
    }

    fileprivate struct Sent {
        var promotion: PromotionID
        var status: CommitStatus
        var at: Timestamp
    }

    fileprivate struct State {
        var waiting: [ForgePlace: [StatusPlace: Waiting]] = [:]
        var sent: [StatusPlace: Sent] = [:]
        var rests: [ForgePlace: Timestamp] = [:]
        var failures: [ForgePlace: Int] = [:]
        var allowances: [ForgePlace: RequestAllowance] = [:]
        var isFull = false
        var news: Set<PromotionID> = []
        var isAllNew = true

        var count: Int { waiting.values.reduce(0) { $0 + $1.count } }
    }

    /// Notifies when there is something new to look at.
    let changed = Signal()
    private let state = Mutex(State())

    // MARK: Which promotions have changed

    func tell(_ promotions: [PromotionID]) {
        guard !promotions.isEmpty else { return }
        state.withLock { $0.news.formUnion(promotions) }
        changed.notify()
    }

    /// Every promotion is to be looked at.
    func tellAll() {
        state.withLock { $0.isAllNew = true }
        changed.notify()
    }

    /// `nil`: all of them.
    func takeNews() -> Set<PromotionID>? {
        state.withLock { state in
            defer {
                state.news = []
                state.isAllNew = false
            }
            return state.isAllNew ? nil : state.news
        }
    }

    // MARK: What waits

    var places: [ForgePlace] { state.withLock { Array($0.waiting.keys) } }
    var count: Int { state.withLock(\.count) }

    /// Puts what a promotion says into the queue, in place of what waits for the same commit.
    ///
    /// - Returns: the one that gave way, where too many wait: the oldest at the host with the most.
    func note(_ report: PromotionStatus, now: Timestamp) -> (dropped: PromotionStatus, isFirst: Bool)? {
        let place = ForgePlace(report.repoURL, project: report.place.stage.project)
        let due = report.status.state == .pending ? now + Self.settling : now
        return state.withLock { state in
            if let waiting = state.waiting[place]?[report.place] {
                // A former promotion of the same commit to the same stage has nothing to say any more.
                guard waiting.report.promotion <= report.promotion, waiting.report.status != report.status else {
                    return nil
                }
                var newer = Waiting(report: report, since: now, due: due)
                // What the host was asked to wait for, it is asked to wait for still.
                if waiting.tries > 0 { newer.due = max(newer.due, waiting.due) }
                state.waiting[place]?[report.place] = newer
                return nil
            }
            if let sent = state.sent[report.place] {
                guard sent.promotion <= report.promotion, sent.status != report.status else { return nil }
            }
            var dropped: PromotionStatus?
            if state.count >= Self.maxWaiting { dropped = state.dropOldest() }
            state.waiting[place, default: [:]][report.place] = Waiting(report: report, since: now, due: due)
            guard let dropped else { return nil }
            defer { state.isFull = true }
            return (dropped, !state.isFull)
        }
    }

    /// What is to be done at a host now.
    ///
    /// A status that is given out counts against what the host may be asked. Ends of promotions go before what still goes on.
    func next(at place: ForgePlace, now: Timestamp) -> Next {
        state.withLock { state in
            guard let waiting = state.waiting[place]?.values, let soonest = waiting.map(\.due).min() else {
                state.rests[place] = nil
                state.failures[place] = nil
                return .nothing
            }
            if let rest = state.rests[place], rest > now { return .later(rest) }
            let due = waiting.filter { $0.due <= now }
            guard let first = due.min(by: { $0.order < $1.order }) else { return .later(soonest) }
            let full = RequestAllowance(perHour: Self.perHour, burst: Self.burst, first: Self.burst, now: now)
            guard state.allowances[place, default: full].take(now) else {
                return .later(state.allowances[place]?.next ?? now)
            }
            return .send(first)
        }
    }

    /// The host has taken it.
    func sent(_ report: PromotionStatus, at place: ForgePlace, now: Timestamp) {
        state.withLock { state in
            state.failures[place] = nil
            state.rests[place] = nil
            if state.sent.count >= Self.maxSent, state.sent[report.place] == nil {
                let middle = state.sent.values.map(\.at).sorted()[state.sent.count / 2]
                state.sent = state.sent.filter { $0.value.at > middle }
            }
            state.sent[report.place] = Sent(promotion: report.promotion, status: report.status, at: now)
        }
        remove(report, at: place)
    }

    /// It was not taken, and is tried again.
    ///
    /// - Parameter ofHost: whether the whole host rests; else this status alone.
    func putOff(_ entry: Waiting, at place: ForgePlace, until due: Timestamp, ofHost: Bool, counts: Bool) {
        state.withLock { state in
            if ofHost {
                state.rests[place] = max(state.rests[place] ?? due, due)
                if counts { state.failures[place, default: 0] += 1 }
            }
            guard var waiting = state.waiting[place]?[entry.report.place], waiting.report == entry.report else {
                return
            }
            if counts { waiting.tries += 1 }
            if !ofHost { waiting.due = due }
            state.waiting[place]?[entry.report.place] = waiting
        }
    }

    /// Failures of the host as a whole since it last took something.
    func failures(of place: ForgePlace) -> Int { state.withLock { $0.failures[place] ?? 0 } }

    /// It is not sent any more, unless something newer has taken its place.
    func remove(_ report: PromotionStatus, at place: ForgePlace) {
        state.withLock { state in
            guard state.waiting[place]?[report.place]?.report == report else { return }
            state.remove(report.place, at: place)
        }
    }
}

extension StatusBook.State {
    fileprivate mutating func remove(_ status: StatusPlace, at place: ForgePlace) {
        waiting[place]?[status] = nil
        if waiting[place]?.isEmpty ?? false { waiting[place] = nil }
        if count < StatusBook.maxWaiting / 2 { isFull = false }
    }

    fileprivate mutating func dropOldest() -> PromotionStatus? {
        guard let place = waiting.max(by: { $0.value.count < $1.value.count })?.key,
            let oldest = waiting[place]?.values.min(by: {
                ($0.since, $0.report.promotion) < ($1.since, $1.report.promotion)
            })
        else { return nil }
        remove(oldest.report.place, at: place)
        return oldest.report
    }
}

extension StatusBook.Waiting {
    fileprivate var order: (Int, Timestamp, PromotionID) {
        (report.status.state == .pending ? 1 : 0, since, report.promotion)
    }
}
