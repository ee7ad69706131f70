import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayEngine

/// Who may ask the outside, and when.
struct AskingRoomTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func key(_ project: String, host: String = "ghcr.io", image: String = "app") -> SubscriptionKey {
        SubscriptionKey(
            warehouse: WarehouseKey(project: project, name: "app"),
            subscription: "image \(host)/acme/\(image)"
        )
    }

    private static func asks(_ room: AskingRoom, _ key: SubscriptionKey, now: Timestamp = now) -> Bool {
        if case .ask = room.begin(key, now: now) { true } else { false }
    }

    private static func fail(_ room: AskingRoom, _ key: SubscriptionKey, now: Timestamp = now) {
        _ = room.failed(
            key,
            generation: 0,
            reason: "401",
            pause: { .seconds(10 * $0) },
            concernsAll: true,
            now: now
        )
    }

    // I1
    @Test func `a subscription whose questions fail is asked once at a time, and no other one waits for it`() {
        let room = AskingRoom()
        #expect(Self.asks(room, Self.key("bbb")))
        Self.fail(room, Self.key("bbb"))
        #expect(!Self.asks(room, Self.key("bbb")))
        #expect(Self.asks(room, Self.key("aaa")))
        let later = Self.now + .seconds(11)
        #expect(Self.asks(room, Self.key("bbb"), now: later), "one probe")
        #expect(!Self.asks(room, Self.key("bbb"), now: later), "not two")
        #expect(room.standing(of: Self.key("bbb")).trouble?.reason == "401")
        #expect(room.answered(Self.key("bbb")) == .recovered)
        #expect(Self.asks(room, Self.key("bbb"), now: later))
        #expect(room.answered(Self.key("bbb")) == .none)
    }

    @Test func `questions that hang take no more than their share of a host, and none of another host`() {
        let room = AskingRoom()
        let hanging = (0..<40).filter { Self.asks(room, Self.key("bbb", image: "app\($0 % 20)")) }.count
        #expect(hanging == AskingRoom.limits.project)
        #expect(Self.asks(room, Self.key("aaa")))
        #expect(Self.asks(room, Self.key("bbb", host: "quay.io")))
        let others = (0..<100).filter { Self.asks(room, Self.key("p\($0)")) }.count
        #expect(others == AskingRoom.limits.host - hanging - 1)
        room.left(Self.key("bbb", image: "app0"))
        #expect(Self.asks(room, Self.key("p0")))
    }

    @Test func `those that find no room are tried one after the other`() {
        let room = AskingRoom()
        for _ in 0..<AskingRoom.limits.subscription { #expect(Self.asks(room, Self.key("aaa"))) }
        let times = (0..<3).compactMap { _ -> Timestamp? in
            if case .later(let next, _) = room.begin(Self.key("aaa"), now: Self.now) { next } else { nil }
        }
        #expect(times.count == 3 && times == times.sorted() && Set(times).count == 3)
    }

    @Test func `an answer after failures, and a reload, let those that wait go on at once`() {
        let room = AskingRoom()
        room.sweep = nil
        let decision = SubscriptionDecision(
            event: 0,
            subject: "ghcr.io/acme/app:1",
            key: Self.key("bbb"),
            state: .waiting,
            reason: "401"
        )
        for number in 1...3 { room.note(DeliveryID(Int64(number)), [decision]) }
        var decided = decision
        decided.state = .decided
        room.note(DeliveryID(2), [decided])
        #expect(room.standing(of: Self.key("bbb")).waiting == 2)
        #expect(Self.asks(room, Self.key("bbb")))
        Self.fail(room, Self.key("bbb"))
        #expect(room.takeReady(limit: 9).isEmpty)
        #expect(Self.asks(room, Self.key("bbb"), now: Self.now + .seconds(20)))
        #expect(room.answered(Self.key("bbb")) == .recovered)
        #expect(room.takeReady(limit: 9) == [DeliveryID(1), DeliveryID(3)])
        #expect(room.takeReady(limit: 9).isEmpty)

        #expect(Self.asks(room, Self.key("bbb")))
        room.reset()
        #expect(room.sweep == DeliveryID(0))
        let failed = room.failed(
            Self.key("bbb"),
            generation: 0,
            reason: "401",
            pause: { _ in .seconds(60) },
            concernsAll: true,
            now: Self.now
        )
        #expect(failed.nextTry == nil, "it was asked with the credentials of before the reload")
        #expect(Self.asks(room, Self.key("bbb")))
    }

    @Test func `a delivery is worked on by one at a time`() {
        let taken = TakenDeliveries()
        #expect(taken.take(DeliveryID(1)))
        #expect(!taken.take(DeliveryID(1)))
        taken.release(DeliveryID(1))
        #expect(taken.take(DeliveryID(1)))
    }
}
