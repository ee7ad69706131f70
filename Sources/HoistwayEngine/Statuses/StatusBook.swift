import HoistwayModel
import Synchronization

/// Which commit statuses wait to be sent, and what was sent last.
///
/// In memory only: after a start it is built from the state again. A status that is sent twice replaces itself.
final class StatusBook: Sendable {
    /// The most waiting statuses, for all hosts together.
    static let maxWaiting = 2_000
    /// The most sent statuses that are remembered: others are sent again when their promotions change.
    static let maxSent = 5_000
    /// The most requests to one host for one project in an hour.
    ///
    /// With the saved ones never more than 500 in an hour, GitHub's limit for requests that create content:
    /// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>.
    static let perHour = 420
    static let burst = 80.0
    /// How long the status of an open promotion waits: most promotions end within it, and only their end is sent.
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

    /// Notifies when a promotion may have a new status.
    let changed = Signal()
    private let state = Mutex(State())

    // MARK: Which promotions have changed

    func tell(_ promotions: [PromotionID]) {
        guard !promotions.isEmpty else { return }
        state.withLock { $0.news.formUnion(promotions) }
        changed.notify()
    }

    /// Marks every promotion as changed.
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

    // MARK: The queue

    var places: [ForgePlace] { state.withLock { Array($0.waiting.keys) } }
    var count: Int { state.withLock(\.count) }

    /// Queues a status; it replaces the waiting one of the same stage and commit.
    ///
    /// - Returns: the dropped status, if too many wait: the oldest at the host with the most.
    func note(_ report: PromotionStatus, now: Timestamp) -> (dropped: PromotionStatus, isFirst: Bool)? {
        let place = ForgePlace(report.repoURL, project: report.place.stage.project)
        let due = report.status.state == .pending ? now + Self.settling : now
        return state.withLock { state in
            if let waiting = state.waiting[place]?[report.place] {
                // An earlier promotion of the same commit to the same stage no longer counts.
                guard waiting.report.promotion <= report.promotion, waiting.report.status != report.status else {
                    return nil
                }
                var newer = Waiting(report: report, since: now, due: due)
                // A pause after a failure still counts for the newer status.
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

    /// The next action at a host.
    ///
    /// A returned status counts against the request limit. Ends of promotions come before open ones.
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

    /// The host has accepted it.
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

    /// It was not accepted, and will be tried again.
    ///
    /// - Parameter ofHost: whether the whole host pauses; otherwise only this status.
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

    /// Failures of the whole host since it last accepted a status.
    func failures(of place: ForgePlace) -> Int { state.withLock { $0.failures[place] ?? 0 } }

    /// Removes a status from the queue, unless a newer one has replaced it.
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
