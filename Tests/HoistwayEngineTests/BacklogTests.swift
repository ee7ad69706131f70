import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayEngine

// I9
struct BacklogTests {
    /// A delivery about a new tag of an image.
    static func read(
        _ id: Int64,
        _ image: String,
        tag: String = "1",
        receiver: String = "hook",
        bytes: Int = 10,
        isUrgent: Bool = false
    ) -> Backlog.Read {
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
        let event = Event.image(ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/\(image)"), tags: [tag]))
        let round = DeliveryRound(delivery: delivery, events: [event])
        return Backlog.Read(round: round, bytes: bytes, kept: bytes, isUrgent: isUrgent)
    }

    private static func ids(_ taken: [Backlog.Taken]) -> [Int64] { taken.map(\.id.number) }
    private static let all = PendingBounds(count: 1_000_000, bytes: .max)

    @Test func `one image's new tag does not wait behind ten thousand of another`() {
        let backlog = Backlog()
        for id in 1...10_000 { backlog.add(Self.read(Int64(id), "loud")) }
        backlog.add(Self.read(10_001, "quiet"))
        #expect(backlog.count(of: "ghcr.io/acme/loud") == 10_000)
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 4, bytes: .max))) == [10_000, 10_001, 1, 2])
    }

    @Test func `300,000 that wait take a few bytes each, and no events but those of the first`() {
        #expect(MemoryLayout<WaitingDelivery?>.stride <= 16)
        let backlog = Backlog()
        for id in 1...300_000 { backlog.add(Self.read(Int64(id), "app\(id % 5)", tag: "1.\(id)", bytes: 2_000)) }
        let held = backlog.held
        #expect(backlog.count == 300_000)
        #expect(held.known == 300_000)
        #expect(held.read <= Backlog.rush)
        #expect(held.readBytes <= 2_000 * Backlog.rush)
        let taken = backlog.take(within: PendingBounds(count: 5, bytes: .max))
        #expect(Self.ids(taken) == [299_996, 299_997, 299_998, 299_999, 300_000])
    }

    @Test func `a retry moves the position back, but not the furthest one`() {
        let backlog = Backlog()
        for id: Int64 in [300, 128] { backlog.reached(DeliveryID(id)) }
        #expect(backlog.cursor == DeliveryID(128))
        #expect(backlog.furthest == DeliveryID(300))
    }

    @Test func `the inbox is not sorted beyond the most entries, until some are taken`() {
        let backlog = Backlog()
        for id in 1...Int64(Backlog.maxEntries) { backlog.add(Self.read(id, "app")) }
        #expect(backlog.cursor == nil)
        _ = backlog.take(within: PendingBounds(count: 1, bytes: .max))
        #expect(backlog.cursor != nil)
    }

    @Test func `in a rush the newest version of each line goes first, and the others behind it, each once`() {
        let backlog = Backlog()
        let tags = ["1.0", "main-3f2a9c", "v1.0-rc.1"]
        for id in 1...3_000 {
            backlog.add(Self.read(Int64(id), "app", tag: tags[id % 3].replacing("1", with: "\(id)")))
        }
        let first = Self.ids(backlog.take(within: PendingBounds(count: 5, bytes: .max)))
        #expect(first == [3_000, 2_999, 2_998, 1, 2])
        backlog.add(Self.read(3_001, "app", tag: "7.0"))
        let next = backlog.take(within: PendingBounds(count: 2, bytes: .max))
        #expect(Self.ids(next) == [3_001, 3])
        backlog.putBack(next)
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 2, bytes: .max))) == [3_001, 3])
        let rest = Self.ids(backlog.take(within: Self.all))
        #expect(rest == Array(4...2_997))
        #expect(backlog.count == 0)
    }

    @Test func `in a rush the greatest version goes before others too, since it need not have come last`() {
        let backlog = Backlog()
        for id in 1...2_000 { backlog.add(Self.read(Int64(id), "app", tag: id == 50 ? "9.0" : "1.\(id)")) }
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 3, bytes: .max))) == [2_000, 50, 1])
        #expect(Self.ids(backlog.take(within: Self.all)) == Array(2...49) + Array(51...1_999))
    }

    @Test func `few that wait keep their order`() {
        let backlog = Backlog()
        for id in 1...Int64(Backlog.rush) { backlog.add(Self.read(id, "app", tag: "1.\(id)")) }
        #expect(Self.ids(backlog.take(within: Self.all)) == Array(1...Int64(Backlog.rush)))
    }

    @Test func `what somebody waits for goes before all news`() {
        let backlog = Backlog()
        for id in 1...2_000 { backlog.add(Self.read(Int64(id), "app")) }
        backlog.add(Self.read(2_001, "app", isUrgent: true))
        let taken = backlog.take(within: PendingBounds(count: 2, bytes: .max))
        #expect(Self.ids(taken) == [2_001, 2_000])
        backlog.putBack(taken)
        #expect(Self.ids(backlog.take(within: PendingBounds(count: 1, bytes: .max))) == [2_001])
    }

    @Test func `the newest are looked at once, and none that were sorted`() {
        let backlog = Backlog()
        backlog.reached(DeliveryID(10))
        func peek(_ newest: Int64, _ limit: Int) -> [Int64] {
            backlog.unpeeked(through: DeliveryID(newest), limit: limit).map(\.number)
        }
        #expect(peek(12, 5) == [11, 12])
        #expect(peek(12, 5) == [])
        #expect(peek(100, 3) == [98, 99, 100])
        #expect(peek(101, 3) == [101])
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
                seen += taken.map { ($0.id.number, lanes[$0.id.number] ?? "") }
            default:
                // The last batch could not be stored.
                backlog.putBack(taken)
                seen.removeLast(taken.count)
                taken = []
            }
            if case 2 = random.next() % 3 { taken = [] }
        }
        seen += backlog.take(within: Self.all).map { ($0.id.number, lanes[$0.id.number] ?? "") }
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
        #expect(taken.map { $0.read != nil } == [true, true, false])
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
