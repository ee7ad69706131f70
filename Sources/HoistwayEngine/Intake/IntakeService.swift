import HoistwayModel
import HoistwayPorts
import Logging

/// Takes deliveries from the inbox, decides them, and creates their promotions in the same transaction.
///
/// After a crash at any point, each subscription's part of a delivery is either undecided or decided. An undecided part
/// is tried again. A decided part has all its consequences: freight, promotions and its own outcome are one commit.
struct IntakeService: Sendable {
    /// How many deliveries share a transaction; bodies may be large, and those of a batch are in memory together.
    static let batch = PendingBounds(count: 64, bytes: 8 << 20)
    /// The most deliveries of a batch that were waiting for answers; new ones get the rest.
    private static let maxWaiting = 32
    /// The same in a rush: most older versions in it have no consequences.
    private static let rushBatch = PendingBounds(count: 128, bytes: 8 << 20)
    /// How many are read ahead with a batch, so that the first event of another repository is found behind many of one.
    private static let ahead = 512
    /// So many of them are in memory together, with their bodies.
    private static let slice = PendingBounds(count: 128, bytes: 2 << 20)
    /// How many ids are looked through at once between a retried delivery and the last one that was sorted.
    private static let rewoundIDs = 4_096
    /// The next try of a delivery while it is being asked about: after a crash it is tried again then.
    static let askingPause: Duration = .seconds(20)

    let core: EngineCore
    /// Notifies when the inbox has a new delivery.
    let inbox: Signal
    let taken = TakenDeliveries()
    /// When the first delivery that waits for an answer is due.
    let due = NextDueDelivery()

    func run() async {
        await withDiscardingTaskGroup { group in
            var pace = IntakePace()
            var isBehind = false
            while !Task.isCancelled {
                let seen = inbox.count
                let begun = ContinuousClock.now
                do {
                    let batch = try await takeBatch(isBehind: isBehind)
                    for round in batch.asking { group.addTask { await ask(round) } }
                    let pause = pace.pause(
                        afterDeciding: batch.count,
                        isRush: core.backlog.isRush,
                        newest: batch.newest,
                        from: begun,
                        to: .now
                    )
                    isBehind = pause != nil
                    if batch.isCut {
                        // If cancelled, the loop ends at its condition.
                        if let pause { try? await core.ports.clock.sleep(for: pause) }
                        continue
                    }
                } catch {
                    guard !Task.isCancelled else { return }
                    core.report(error, "the inbox cannot be read")
                    try? await core.ports.clock.sleep(for: .seconds(1))  // If cancelled, the loop ends.
                    continue
                }
                await rest(seen: seen)
            }
        }
    }

    /// Decides everything that is in the inbox now, and waits for answers of servers.
    func drain() async throws {
        while try await takeOne() {}
    }

    /// Decides one batch, and waits for answers of servers; returns false if nothing is left.
    @discardableResult
    func takeOne(isBehind: Bool = false) async throws -> Bool {
        let batch = try await takeBatch(isBehind: isBehind)
        for round in batch.asking { await ask(round) }
        return batch.isCut
    }

    private struct Batch {
        /// Deliveries with questions, still marked as taken.
        var asking: [AskingRound] = []
        var count = 0
        /// Whether more deliveries wait.
        var isCut = false
        var newest: DeliveryID?
    }

    /// - Parameter isBehind: more come in than are decided. Then few are read ahead: the rest is sorted when the
    ///   processor is not needed for receiving.
    private func takeBatch(isBehind: Bool) async throws -> Batch {
        let isSorted = try await sort(upTo: isBehind ? Self.slice.count : Self.ahead)
        if !isSorted { try await peek() }
        let (waiting, hasMore) = try await takeWaiting()
        let bounds = core.backlog.isRush ? Self.rushBatch : Self.batch
        let news = core.backlog.take(within: PendingBounds(count: bounds.count - waiting.count, bytes: bounds.bytes))
        do {
            let rounds = try await rounds(of: news) + waiting
            let asking = try await decide(rounds)
            return Batch(
                asking: asking,
                count: rounds.count,
                isCut: !isSorted || hasMore || core.backlog.count > 0,
                // What is decided is not put back: without this id there is only no pause.
                newest: rounds.isEmpty ? nil : try? await core.ports.store.newestDelivery()
            )
        } catch {
            core.backlog.putBack(news)
            for round in waiting { taken.release(round.delivery.id) }
            throw error
        }
    }

    /// Sorts new deliveries into the backlog; returns false if there are more.
    private func sort(upTo limit: Int) async throws -> Bool {
        for _ in 0..<limit / Self.slice.count {
            // Where there is no room, the rest of the inbox is not sorted.
            if try await sortSlice() { return core.backlog.cursor != nil }
        }
        return false
    }

    /// Returns whether there are no more, or no room for more.
    private func sortSlice() async throws -> Bool {
        guard let cursor = core.backlog.cursor else { return true }
        let backlog = core.backlog
        let furthest = backlog.furthest
        // Behind a retried delivery almost all are sorted already, which their ids show.
        let limit = cursor < furthest ? Self.rewoundIDs : Self.slice.count
        let found = try await core.ports.store.received(after: cursor, limit: limit, within: Self.slice) {
            backlog.isKnown($0)
        }
        let (ids, unknown, read) = (found.ids, found.unknown, found.read)
        guard let last = ids.last else { return true }
        let configuration = core.configuration
        for delivery in read {
            var read = Self.read(delivery, configuration: configuration)
            // Up to there, only deliveries that somebody has retried are unknown.
            read.isUrgent = read.isUrgent || delivery.id <= furthest
            core.backlog.add(read)
        }
        // Deliveries beyond the bounds are read next time; missing ones were decided elsewhere.
        let isWhole = read.isEmpty || read.count == unknown.count || read.last?.id == unknown.last
        core.backlog.reached(isWhole ? last : read.last?.id ?? last)
        return isWhole && ids.count < limit
    }

    /// Reads the newest deliveries while more wait than were sorted: they may have an image's current version, or be
    /// urgent.
    ///
    /// Pushes keep their order, and are sorted later; but branches that may have drifted are looked at now.
    private func peek() async throws {
        let store = core.ports.store
        guard let newest = try await store.newestDelivery() else { return }
        var ids = core.backlog.unpeeked(through: newest, limit: Self.ahead)[...]
        let configuration = core.configuration
        while !ids.isEmpty {
            let slice = ids.prefix(Self.slice.count)
            ids = ids.dropFirst(slice.count)
            let read = try await store.undecided(core.backlog.unknown(slice).reversed(), within: Self.slice)
            for delivery in read.reversed() where delivery.state == .received {
                let read = Self.read(delivery, configuration: configuration)
                if read.isUrgent || NewsLine.of(read.round.events) != nil { core.backlog.add(read) }
                core.tellOfDrift(
                    read.round.events,
                    from: EngineCore.source(of: delivery, policy: configuration.receivers[delivery.receiver])
                )
            }
        }
    }

    /// Takes waiting deliveries that may ask now, each with its next try; also returns whether there are more.
    private func takeWaiting() async throws -> (rounds: [DeliveryRound], hasMore: Bool) {
        let store = core.ports.store
        let now = core.ports.clock.now()
        var early = core.asking.takeReady(limit: Self.maxWaiting)
        if let sweep = core.asking.sweep {
            let swept = try await store.pending(.waiting(after: sweep), limit: Self.maxWaiting)
            early += swept
            core.asking.sweep = swept.count < Self.maxWaiting ? nil : swept.last
        }
        // Deliveries that are being asked about may be due again.
        let late =
            try await due.isDue(now, in: store)
            ? try await store.pending(.due(now), limit: Self.maxWaiting + taken.count) : []
        var ids: [DeliveryID] = []
        for id in early + late where !ids.contains(id) && ids.count < Self.maxWaiting && taken.take(id) {
            ids.append(id)
        }
        guard !ids.isEmpty else { return ([], false) }
        do {
            let read = try await store.undecided(ids, within: Self.batch)
            for id in Set(ids).subtracting(read.map(\.id)) { taken.release(id) }
            let configuration = core.configuration
            let rounds = read.map { delivery in
                var round = Self.read(delivery, configuration: configuration).round
                round.isEarly = early.contains(delivery.id)
                return round
            }
            return (rounds, ids.count == Self.maxWaiting)
        } catch {
            for id in ids { taken.release(id) }
            throw error
        }
    }

    /// The deliveries from the backlog, read again if it kept no events.
    private func rounds(of news: [Backlog.Taken]) async throws -> [DeliveryRound] {
        let listed = news.filter { $0.read == nil }.map(\.id)
        let configuration = core.configuration
        // The bounds were checked when they were taken.
        let all = PendingBounds(count: listed.count, bytes: .max)
        var read: [DeliveryID: Backlog.Read] = [:]
        for delivery in listed.isEmpty ? [] : try await core.ports.store.undecided(listed, within: all) {
            read[delivery.id] = Self.read(delivery, configuration: configuration)
        }
        return news.compactMap { one in (one.read ?? read[one.id])?.round }
    }

    private static func read(_ delivery: StoredDelivery, configuration: EngineConfiguration) -> Backlog.Read {
        var bodiless = delivery
        // Many may wait, and the events are known.
        bodiless.body = []
        bodiless.headers = []
        var round = DeliveryRound(delivery: bodiless, events: [])
        do {
            round.events = try events(of: delivery, configuration: configuration).flatMap(\.singles)
        } catch {
            round.failure = Setback(
                reason: message(of: error),
                nextTry: nil,
                kind: DeliveryFailureKind(of: error),
                failure: FailureRecord(of: error, .refused)
            )
        }
        return Backlog.Read(
            round: round,
            bytes: delivery.body.count,
            kept: round.events.reduce(1 << 10) { $0 + size(of: $1) },
            isUrgent: round.events.contains { if case .pullRequest = $0 { true } else { false } }
        )
    }

    /// The approximate size in memory.
    private static func size(of event: Event) -> Int {
        let paths =
            switch event {
            case .push(let push): push.changedFiles
            case .tag(let tag): tag.changedFiles
            case .pullRequest, .image, .chart, .ping, .ignored: nil as [String]?
            }
        return (paths ?? []).reduce(1 << 10) { $0 + $1.utf8.count + 32 }
    }

    private static func events(
        of delivery: StoredDelivery,
        configuration: EngineConfiguration
    ) throws -> [Event] {
        guard !delivery.isDamaged else { throw IntakeFailure.bodyDamaged }
        guard let policy = configuration.receivers[delivery.receiver] else {
            throw IntakeFailure.receiverGone(delivery.receiver)
        }
        return try policy.decode(delivery)
    }

    /// Decides all in one transaction; returns those with questions, which stay marked as taken.
    private func decide(_ rounds: [DeliveryRound]) async throws -> [AskingRound] {
        guard !rounds.isEmpty else { return [] }
        let outcomes = try await core.transact { transaction, core in
            // If a crash of the machine loses this, it is decided again: the deliveries themselves are on the disk.
            transaction.durability = .program
            return rounds.map { core.take($0, into: &transaction) }
        }
        due.note(outcomes.flatMap(\.decisions))
        var asking: [AskingRound] = []
        for (round, outcome) in zip(rounds, outcomes) {
            core.asking.note(round.delivery.id, outcome.decisions)
            guard !outcome.needs.isEmpty else {
                taken.release(round.delivery.id)
                continue
            }
            _ = taken.take(round.delivery.id)
            asking.append(AskingRound(round: round.following(outcome.decisions), needs: outcome.needs))
        }
        return asking
    }

    /// Sleeps until something arrives, or is due.
    private func rest(seen: UInt64) async {
        let now = core.ports.clock.now()
        var pause: Duration = .seconds(30)
        // If the store cannot be read, the next batch reports it.
        if let next = try? await due.next(in: core.ports.store) {
            pause = min(pause, max(next - now, .milliseconds(20)))
        }
        await inbox.wait(since: seen, atMost: pause, by: core.ports.clock)
    }
}

/// Why a delivery cannot be decided.
package enum IntakeFailure: Diagnosable, Equatable {
    case receiverGone(String)
    case bodyDamaged

    package var message: String {
        switch self {
        case .receiverGone(let name): "receiver \(name) is no longer configured"
        case .bodyDamaged: "its body in the inbox is damaged"
        }
    }

    package var hint: String? {
        switch self {
        case .receiverGone: "configure it again, then retry the delivery"
        case .bodyDamaged: "let the sender deliver it again, and check the disk"
        }
    }
}

extension DeliveryFailureKind {
    /// The kind of failure that keeps a delivery from being decoded.
    init(of error: any Error) {
        self =
            switch error {
            case is any SenderFault: .sender
            case IntakeFailure.receiverGone: .configuration
            default: .internal
            }
    }
}

/// The text of an error for people.
package func message(of error: any Error) -> String {
    PlainError.text(of: error)
}
