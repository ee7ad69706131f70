import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayEngine

// I9
struct BacklogTests {
    private static func read(_ id: Int64, _ image: String, receiver: String = "hook", bytes: Int = 10) -> Backlog.Read {
        let delivery = StoredDelivery(
            id: DeliveryID(id),
            receiver: receiver,
            senderID: nil,
            headers: [],
            body: [],
            receivedAt: Timestamp(seconds: id),
            verdict: "",
            isEvidence: true,
            state: .received,
            reason: ""
        )
        let event = Event.image(ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/\(image)"), tags: ["1"]))
        return Backlog.Read(round: DeliveryRound(delivery: delivery, events: [event]), bytes: bytes)
    }

    private static func ids(_ taken: [Backlog.Taken]) -> [Int64] { taken.map(\.entry.id.number) }
    private static let all = PendingBounds(count: 1_000_000, bytes: .max)

    @Test func `one image's new tag does not wait behind ten thousand of another`() {
        let backlog = Backlog()
        for id in 1...10_000 { backlog.add(Self.read(Int64(id), "loud")) }
        backlog.add(Self.read(10_001, "quiet"))
        #expect(backlog.count(of: "ghcr.io/acme/loud") == 10_000)
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 4, bytes: .max))) == [1, 10_001, 2, 3])
    }

    @Test func `a receiver that tells of many repositories has one turn beside a receiver that tells of one`() {
        let backlog = Backlog()
        for id in 1...100 { backlog.add(Self.read(Int64(id), "app\(id)", receiver: "left")) }
        for id in 101...103 { backlog.add(Self.read(Int64(id), "one", receiver: "right")) }
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 6, bytes: .max))) == [1, 101, 2, 102, 3, 103])
    }

    @Test(arguments: 0..<20)
    func `whatever comes and goes, nothing is lost or doubled, and one repository keeps its order`(_ round: Int) {
        var random = SplitMix(seed: UInt64(7919 * (round + 1)))
        let backlog = Backlog()
        var next: Int64 = 0
        var taken: [Backlog.Taken] = []
        var seen: [(id: Int64, lane: String)] = []
        var lanes: [Int64: String] = [:]
        for _ in 0..<400 {
            switch random.next() % 4 {
            case 0, 1:
                next += 1
                let receiver = "r\(random.next() % 3)"
                let image = "app\(random.next() % 4)"
                lanes[next] = receiver + image
                backlog.add(Self.read(next, image, receiver: receiver))
                backlog.add(Self.read(next, image, receiver: receiver))
            case 2:
                taken = backlog.take(within: PendingBounds(count: Int(random.next() % 5), bytes: 35))
                seen += taken.map { ($0.entry.id.number, lanes[$0.entry.id.number] ?? "") }
            default:
                // The last batch could not be stored.
                backlog.putBack(taken)
                seen.removeLast(taken.count)
                taken = []
            }
            if case 2 = random.next() % 3 { taken = [] }
        }
        seen += backlog.take(within: Self.all).map { ($0.entry.id.number, lanes[$0.entry.id.number] ?? "") }
        #expect(seen.map(\.id).sorted() == (next == 0 ? [] : Array(1...next)), "seed of round \(round)")
        for lane in Set(lanes.values) {
            let order = seen.filter { $0.lane == lane }.map(\.id)
            #expect(order == order.sorted(), "\(lane), round \(round)")
        }
        #expect(backlog.count == 0)
    }

    @Test func `what is read ahead is bounded in memory, and a batch in bytes`() {
        let backlog = Backlog()
        for id in 1...3 { backlog.add(Self.read(Int64(id), "app", bytes: Backlog.maxReadBytes / 2)) }
        let taken = backlog.take(within: Self.all)
        let kept = taken.map { one in
            if case .read = one.entry { true } else { false }
        }
        #expect(kept == [true, true, false])
        for id in 4...6 { backlog.add(Self.read(Int64(id), "app", bytes: 40)) }
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 9, bytes: 85))) == [4, 5])
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 9, bytes: 1))) == [6], "the first whatever its size")
    }
}

/// Chance that is the same for one seed.
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
