import HoistwayModel
package import HoistwayPorts
import Synchronization

/// One check of every store: it may open the store several times, each time with the same content.
package struct StoreCheck: Sendable, CustomStringConvertible {
    package typealias Store = StateStore & Inbox

    /// The check as a sentence about the store.
    package var description: String
    /// `open` gives the store; a second call gives it with the same content, as after a restart.
    package var run: @Sendable (_ open: () throws -> any Store) async throws -> Void

    package init(_ description: String, run: @escaping @Sendable (_ open: () throws -> any Store) async throws -> Void)
    {
        self.description = description
        self.run = run
    }
}

/// Waits for one answer.
package final class SingleReply: InboxReply {
    private let continuation: CheckedContinuation<InboxAnswer, Never>

    private init(_ continuation: CheckedContinuation<InboxAnswer, Never>) {
        self.continuation = continuation
    }

    package func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)]) {
        for answer in answers { continuation.resume(returning: answer.answer) }
    }

    package static func submit(_ delivery: IncomingDelivery, to inbox: any Inbox) async -> InboxAnswer {
        await withCheckedContinuation { continuation in
            inbox.submit(delivery, ticket: 1, reply: SingleReply(continuation))
        }
    }
}

extension IncomingDelivery {
    /// A delivery for tests; its hash is made from the body's first bytes, which is enough to distinguish bodies.
    package static func sample(
        body: String,
        senderID: String? = nil,
        receiver: String = "app-github",
        at seconds: Int64 = 1_767_225_600,
        isReplay: Bool = false,
        isSenderIDProven: Bool = false
    ) -> IncomingDelivery {
        let bytes = Array(body.utf8)
        return IncomingDelivery(
            receiver: receiver,
            senderID: senderID,
            bodySHA256: Array((bytes + [UInt8](repeating: 0, count: 32)).prefix(32)),
            headers: [HeaderLine("x-github-event", "push"), HeaderLine("content-type", "application/json")],
            body: bytes,
            receivedAt: Timestamp(seconds: seconds),
            verdict: "github-hmac-sha256#0",
            isEvidence: true,
            isReplay: isReplay,
            isSenderIDProven: isSenderIDProven
        )
    }
}

/// The contract of the inbox.
package enum InboxStoreContract {
    package static let checks: [StoreCheck] = [
        keepsDelivery, believesNoUnprovenID, headersOfTheNewest, unprovenDoesNotHideProven, knowsBody,
        provenIDTellsApart, separatesReceivers, drivesFailedAgain, replays, listsPending, readsUndecided,
        keepsDecisions, relistsDrivenAgain, listsNewestFirst, drivesByCommand, leavesTheSendersFaults, announces,
    ]

    private static let keepsDelivery = StoreCheck("a delivery is given back whole, also after a restart") { open in
        var store = try open()
        let answer = await SingleReply.submit(.sample(body: "{\"a\": 1}", senderID: "one"), to: store)
        try require(answer, equals: .stored(DeliveryID(1)), "the first delivery is stored")
        store = try open()
        let found = try require(try await store.delivery(DeliveryID(1)), "the delivery is there")
        try require(found.body, equals: Array("{\"a\": 1}".utf8), "its body")
        try require(found.receiver, equals: "app-github", "its receiver")
        try require(found.senderID, equals: "one", "its sender's id")
        try require(found.headers.map(\.name), equals: ["x-github-event", "content-type"], "its headers")
        try require(found.headers.map(\.value), equals: ["push", "application/json"], "its headers' values")
        try require(found.receivedAt, equals: Timestamp(seconds: 1_767_225_600), "its time")
        try require(found.verdict, equals: "github-hmac-sha256#0", "its verdict")
        try require(found.state, equals: .received, "its state")
        try require(found.isEvidence, "that it is evidence")
        try require(try await store.delivery(DeliveryID(2)) == nil, "there is no second delivery")
    }

    // S6
    private static let believesNoUnprovenID = StoreCheck("an id that nothing proves hides no other body") { open in
        let store = try open()
        _ = await SingleReply.submit(.sample(body: "a", senderID: "one"), to: store)
        let second = await SingleReply.submit(.sample(body: "b", senderID: "one"), to: try open())
        try require(second, equals: .stored(DeliveryID(2)), "the same id with another body")
        let third = await SingleReply.submit(.sample(body: "a", senderID: "one"), to: try open())
        try require(third, equals: .duplicate(of: DeliveryID(1), requeued: false), "the first one again")
        let fourth = await SingleReply.submit(.sample(body: "b", senderID: "two"), to: try open())
        try require(fourth, equals: .duplicate(of: DeliveryID(2), requeued: false), "the second body, another id")
    }

    // S6: a GitLab receiver that had a plain token and has a signing token now.
    private static let unprovenDoesNotHideProven = StoreCheck("an id that was not proven hides no proven one") { open in
        let store = try open()
        _ = await SingleReply.submit(.sample(body: "a", senderID: "one"), to: store)
        var proven = IncomingDelivery.sample(body: "b", senderID: "one", isSenderIDProven: true)
        proven.verdict = "gitlab-signed#0"
        try require(
            await SingleReply.submit(proven, to: try open()),
            equals: .stored(DeliveryID(2)),
            "the proven one"
        )
        try require(
            await SingleReply.submit(proven, to: try open()),
            equals: .duplicate(of: DeliveryID(2), requeued: false),
            "the proven one again"
        )
    }

    // S6: the event's name is not signed either.
    private static let headersOfTheNewest = StoreCheck("a duplicate that is driven again brings its own headers") {
        open in
        let store = try open()
        var first = IncomingDelivery.sample(body: "a", senderID: "one")
        first.headers = [HeaderLine("x-github-event", "star")]
        _ = await SingleReply.submit(first, to: store)
        let ignored = DeliveryOutcome(id: DeliveryID(1), state: .ignored, reason: "event_star")
        try await store.commit([], deliveries: [ignored], audit: [])
        let second = await SingleReply.submit(.sample(body: "a", senderID: "two"), to: store)
        try require(second, equals: .duplicate(of: DeliveryID(1), requeued: true), "the same body")
        let found = try require(try await store.delivery(DeliveryID(1)), "the delivery")
        try require(found.headers.first?.value, equals: "push", "its event's name")
        try require(found.senderID, equals: "two", "its id")
    }

    private static let knowsBody = StoreCheck("a recorded body under a new id is a duplicate") { open in
        let store = try open()
        _ = await SingleReply.submit(.sample(body: "a", senderID: "one"), to: store)
        let second = await SingleReply.submit(.sample(body: "a", senderID: "two"), to: store)
        try require(second, equals: .duplicate(of: DeliveryID(1), requeued: false), "the same body")
        let third = await SingleReply.submit(.sample(body: "a"), to: store)
        try require(third, equals: .duplicate(of: DeliveryID(1), requeued: false), "the same body without id")
    }

    private static let provenIDTellsApart = StoreCheck("a proven id lets the same body come twice") { open in
        let store = try open()
        _ = await SingleReply.submit(.sample(body: "a", senderID: "one", isSenderIDProven: true), to: store)
        let second = await SingleReply.submit(.sample(body: "a", senderID: "two", isSenderIDProven: true), to: store)
        try require(second, equals: .stored(DeliveryID(2)), "another proven id")
        let again = await SingleReply.submit(.sample(body: "a", senderID: "one", isSenderIDProven: true), to: store)
        try require(again, equals: .duplicate(of: DeliveryID(1), requeued: false), "the first one again")
    }

    private static let separatesReceivers = StoreCheck("receivers do not share what was seen") { open in
        let store = try open()
        _ = await SingleReply.submit(.sample(body: "a", senderID: "one", receiver: "left"), to: store)
        let second = await SingleReply.submit(.sample(body: "a", senderID: "one", receiver: "right"), to: store)
        try require(second, equals: .stored(DeliveryID(2)), "the same delivery at another receiver")
    }

    private static let drivesFailedAgain = StoreCheck("a duplicate of a failed or ignored one drives it again") {
        open in
        let store = try open()
        for (number, state) in [(1, DeliveryState.failed), (2, .ignored)] {
            let id = DeliveryID(Int64(number))
            _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store)
            let outcome = DeliveryOutcome(id: id, state: state, reason: "no", attempts: 3)
            try await store.commit([], deliveries: [outcome], audit: [])
            let again = await SingleReply.submit(.sample(body: "body \(number)"), to: store)
            try require(again, equals: .duplicate(of: id, requeued: true), "a duplicate of a \(state) one")
            let found = try require(try await store.delivery(id), "the delivery")
            try require(found.state, equals: .received, "it is queued once more")
            try require(found.reason, equals: "", "without the old reason")
            try require(found.attempts, equals: 0, "without the old attempts")
        }
        let third = await SingleReply.submit(.sample(body: "body 1"), to: store)
        try require(third, equals: .duplicate(of: DeliveryID(1), requeued: false), "while it is queued")
    }

    private static let replays = StoreCheck("a replay passes the duplicate check over") { open in
        let store = try open()
        _ = await SingleReply.submit(.sample(body: "a", senderID: "one"), to: store)
        let replay = await SingleReply.submit(.sample(body: "a", senderID: "one", isReplay: true), to: store)
        try require(replay, equals: .stored(DeliveryID(2)), "a replay")
    }

    private static let listsPending = StoreCheck("pending are received ones and due waiting ones, oldest first") {
        open in
        var store = try open()
        for number in 1...5 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        let now = Timestamp(seconds: 1000)
        try await store.commit(
            [],
            deliveries: [
                DeliveryOutcome(id: DeliveryID(1), state: .waiting, reason: "w", nextTry: Timestamp(seconds: 1000)),
                DeliveryOutcome(id: DeliveryID(2), state: .waiting, reason: "w", nextTry: Timestamp(seconds: 1001)),
                DeliveryOutcome(id: DeliveryID(4), state: .done, reason: "freight", trace: ["one", "two"]),
            ],
            audit: []
        )
        store = try open()
        try require(try await numbers(.received(after: DeliveryID(0)), store), equals: [3, 5], "what was received")
        try require(try await numbers(.received(after: DeliveryID(3)), store), equals: [5], "what came after the third")
        try require(try await numbers(.received(after: DeliveryID(0)), store, limit: 1), equals: [3], "the first")
        try require(try await numbers(.due(now), store), equals: [1], "what is due")
        try require(try await numbers(.due(now + .seconds(1)), store), equals: [1, 2], "what is due a second later")
        try require(try await numbers(.waiting(after: DeliveryID(0)), store), equals: [1, 2], "what waits")
        try require(try await numbers(.waiting(after: DeliveryID(1)), store), equals: [2], "what waits after the first")
        // At a time one hour earlier, a next try that far in the future must come from a wrong clock.
        let early = try await numbers(.due(now + .seconds(-3600)), store)
        try require(early, equals: [1, 2], "what is due once the clock was set back")
        try require(try await store.newestDelivery(), equals: DeliveryID(5), "the newest")
        let bounds = PendingBounds(count: 9, bytes: 1000)
        let found = try await store.received(after: DeliveryID(0), limit: 9, within: bounds) { $0.number == 3 }
        try require(found.ids.map(\.number), equals: [3, 5], "what was received, with its bodies")
        try require(found.unknown.map(\.number), equals: [5], "what of it is not known")
        try require(found.read.map(\.id.number), equals: [5], "what of it was read")
        try require(found.read.first?.body.isEmpty, equals: false, "it was read with its body")
        let arrived = try await store.arrived(after: DeliveryID(3), limit: 9)
        try require(arrived.map(\.id.number), equals: [5, 4], "what has come in since the third")
        let receivers = Set(try await store.deliveries(state: nil, before: nil, limit: 9).map(\.receiver))
        try require(Set(arrived.map(\.receiver)), equals: receivers, "who has received it")
        try require(try await store.nextDeliveryTry(), equals: Timestamp(seconds: 1000), "the first due time")
        let received = Timestamp(seconds: 1_767_225_600)
        let queue = DeliveryQueue(received: 2, waiting: 2, oldest: received)
        try require(try await store.queue(), equals: queue, "what is not decided")
        try require(try await store.trace(of: DeliveryID(4)), equals: ["one", "two"], "the trace")
        try require(try await store.trace(of: DeliveryID(3)), equals: [], "no trace")
    }

    private static let readsUndecided = StoreCheck("undecided deliveries are read in this order, within bounds") {
        open in
        let store = try open()
        for number in 1...4 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        try await store.commit(
            [],
            deliveries: [DeliveryOutcome(id: DeliveryID(2), state: .done, reason: "freight")],
            audit: []
        )
        let ids = [4, 2, 1, 9, 3].map { DeliveryID($0) }
        let cases: [(PendingBounds, [Int64], String)] = [
            (PendingBounds(count: 9, bytes: 100), [4, 1, 3], "all that are not decided"),
            (PendingBounds(count: 1, bytes: 100), [4], "by count"),
            (PendingBounds(count: 9, bytes: 12), [4, 1], "by size"),
            (PendingBounds(count: 9, bytes: 2), [4], "by less than one body"),
        ]
        for (bounds, expected, what) in cases {
            let found = try await store.undecided(ids, within: bounds)
            try require(found.map(\.id.number), equals: expected, what)
            try require(found.first?.body ?? [], equals: Array("body 4".utf8), "they come with bodies, \(what)")
        }
    }

    private static let keepsDecisions = StoreCheck("what each subscription made of a delivery is kept with it") {
        open in
        var store = try open()
        for number in 1...2 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        let key = SubscriptionKey(warehouse: WarehouseKey(project: "bbb", name: "app"), subscription: "image x/app")
        let waiting = SubscriptionDecision(
            event: 1,
            subject: "x/app:1.0.0",
            key: key,
            state: .waiting,
            reason: "registry x answered 401",
            trace: ["asks the registry"],
            nextTry: Timestamp(seconds: 2000),
            attempts: 2
        )
        try await store.commit(
            [],
            deliveries: [
                DeliveryOutcome(
                    id: DeliveryID(1),
                    state: .waiting,
                    reason: "w",
                    nextTry: Timestamp(seconds: 2000),
                    decisions: [waiting]
                )
            ],
            audit: []
        )
        store = try open()
        let found = try require(try await store.delivery(DeliveryID(1)), "the delivery")
        try require(found.decisions, equals: [waiting], "its decisions")
        let listed = try await store.deliveries(state: nil, before: nil, limit: 9)
        try require(listed.map(\.decisions), equals: [[], [waiting]], "in lists")
        let again = try await store.undecided([DeliveryID(1)], within: PendingBounds(count: 9, bytes: 100))
        try require(again.first?.decisions ?? [], equals: [waiting], "where it is read to be decided")
        var failed = waiting
        failed.state = .failed
        failed.failureKind = .outside
        let outcome = DeliveryOutcome(
            id: DeliveryID(1),
            state: .failed,
            reason: "f",
            failureKind: .outside,
            decisions: [failed]
        )
        try await store.commit([], deliveries: [outcome], audit: [])
        try require(try await store.delivery(DeliveryID(1))?.failureKind, equals: .outside, "the sort of its failure")
        _ = try await store.requeueDeliveries([DeliveryID(1)])
        let driven = try require(try await store.delivery(DeliveryID(1)), "the delivery")
        try require(driven.decisions, equals: [failed], "its decisions, once it is driven again")
        try require(driven.failureKind == nil, "without the old sort of failure")
    }

    private static let relistsDrivenAgain = StoreCheck("what is driven again is listed once more, whatever came later")
    {
        open in
        let store = try open()
        for number in 1...3 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        let outcomes = (1...3).map { DeliveryOutcome(id: DeliveryID($0), state: .failed, reason: "f") }
        try await store.commit([], deliveries: outcomes, audit: [])
        try require(try await numbers(.received(after: DeliveryID(3)), store), equals: [], "nothing")
        _ = try await store.requeueDeliveries([DeliveryID(2)])
        try require(try await numbers(.received(after: DeliveryID(3)), store), equals: [2], "by command")
        let again = await SingleReply.submit(.sample(body: "body 1"), to: store)
        try require(again, equals: .duplicate(of: DeliveryID(1), requeued: true), "a redelivery")
        try require(try await numbers(.received(after: DeliveryID(3)), store), equals: [1, 2], "by its sender")
        try require(try await numbers(.received(after: DeliveryID(3)), store), equals: [], "once")
    }

    private static func numbers(
        _ which: PendingDeliveries,
        _ store: some StateStore,
        limit: Int = 10
    ) async throws -> [Int64] {
        try await store.pending(which, limit: limit).map(\.number)
    }

    private static let listsNewestFirst = StoreCheck("listings are newest first, filtered, paged, without bodies") {
        open in
        let store = try open()
        for number in 1...6 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        let outcomes = [2, 4].map { DeliveryOutcome(id: DeliveryID($0), state: .failed, reason: "broken") }
        try await store.commit([], deliveries: outcomes, audit: [])
        let page = try await store.deliveries(state: nil, before: DeliveryID(6), limit: 2)
        try require(page.map(\.id.number), equals: [5, 4], "the second page")
        try require(page.allSatisfy(\.body.isEmpty), "no bodies")
        let failed = try await store.deliveries(state: .failed, before: nil, limit: 10)
        try require(failed.map(\.id.number), equals: [4, 2], "the failed ones")
        try require(failed.first?.reason, equals: "broken", "their reason")
        try require(try await store.deliveryCounts(), equals: [.received: 4, .failed: 2], "the counts")
    }

    private static let drivesByCommand = StoreCheck("failed and ignored deliveries are driven again by command") {
        open in
        let store = try open()
        for number in 1...4 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        let states: [(Int64, DeliveryState)] = [(1, .failed), (2, .ignored), (3, .done)]
        let outcomes = states.map { DeliveryOutcome(id: DeliveryID($0.0), state: $0.1, reason: "r") }
        try await store.commit([], deliveries: outcomes, audit: [])
        let count = try await store.requeueDeliveries([DeliveryID(2), DeliveryID(3), DeliveryID(9)])
        try require(count, equals: 1, "only the ignored one of those named")
        try require(try await store.requeueDeliveries(nil), equals: 1, "all that failed")
        try require(try await store.deliveryCounts(), equals: [.received: 3, .done: 1], "the counts")
    }

    // I10
    private static let leavesTheSendersFaults = StoreCheck("all that failed does not mean what the sender got wrong") {
        open in
        let store = try open()
        for number in 1...3 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        let kinds: [DeliveryFailureKind?] = [.sender, .outside, nil]
        let outcomes = zip(1..., kinds).map { number, kind in
            DeliveryOutcome(id: DeliveryID(number), state: .failed, reason: "f", failureKind: kind)
        }
        try await store.commit([], deliveries: outcomes, audit: [])
        try require(try await store.requeueDeliveries(nil), equals: 2, "all that failed")
        try require(try await store.deliveryCounts(), equals: [.received: 2, .failed: 1], "the counts")
        try require(try await store.requeueDeliveries([DeliveryID(1)]), equals: 1, "by its number")
    }

    private static let announces = StoreCheck("arrivals tell of news, once for many") { open in
        let store = try open()
        var arrivals = store.arrivals().makeAsyncIterator()
        for number in 1...3 { _ = await SingleReply.submit(.sample(body: "body \(number)"), to: store) }
        try require(await arrivals.next() != nil, "something arrived")
        try await store.commit(
            [],
            deliveries: [DeliveryOutcome(id: DeliveryID(1), state: .failed, reason: "r")],
            audit: []
        )
        _ = try await store.requeueDeliveries(nil)
        try require(await arrivals.next() != nil, "something is driven again")
    }
}
