import HoistwayModel
import HoistwayPorts
import Synchronization
import Testing

@testable import HoistwayEngine

/// I2: looks that hang hold up no others.
struct LookRoomTests {
    private static func warehouse(_ project: String, _ number: Int, _ hosts: String...) -> Warehouse {
        Warehouse(
            key: WarehouseKey(project: project, name: "w\(number)"),
            subscriptions: hosts.map { host in
                let image = "\(host)/team/app\(number)"
                return .image(
                    ImageSubscription(repoURL: image, key: ImageKey(normalised: image), place: EngineHarness.place)
                )
            },
            place: EngineHarness.place
        )
    }

    @Test func `one project leaves others room at a host, and one host leaves others room`() {
        let room = Room()
        #expect((0..<10).filter { room.begin(Self.warehouse("a", $0, "slow.test")) }.count == 4)
        #expect((0..<10).filter { room.begin(Self.warehouse("b", $0, "slow.test")) }.count == 4)
        #expect(!room.begin(Self.warehouse("c", 0, "slow.test")))
        #expect(room.begin(Self.warehouse("a", 20, "fast.test")))
        #expect(!room.begin(Self.warehouse("a", 20, "fast.test")), "it is looked at already")
        // What needs both hosts waits for the one that has no room.
        #expect(!room.begin(Self.warehouse("c", 1, "fast.test", "slow.test")))
        room.end(WarehouseKey(project: "a", name: "w0"))
        #expect(room.begin(Self.warehouse("c", 1, "fast.test", "slow.test")))
    }

    @Test func `however many hosts hang, another one is looked at, and ends give the room back`() {
        let room = Room()
        let hanging = (0..<400).map { Self.warehouse("a", $0, "slow\($0 / 4).test") }
        let begun = hanging.filter { room.begin($0) }
        #expect(begun.count >= 100 && begun.count < 400)
        #expect(room.begin(Self.warehouse("b", 0, "fast.test")))
        #expect(!room.begin(Self.warehouse("b", 1, "fast.test")), "the room is full")
        for warehouse in begun { room.end(warehouse.key) }
        #expect(room.begin(Self.warehouse("b", 1, "fast.test")))
        #expect(hanging.filter { room.begin($0) }.count >= 64)
    }

    @Test func `a host has so many looks begin within a second, and others go on meanwhile`() {
        let room = LookRoom()
        let start = Timestamp(microseconds: 1_000_000_000)
        func begin(_ count: Int, _ host: String, at now: Timestamp) -> Int {
            (0..<count).filter { number in
                let warehouse = Self.warehouse("a", number, host)
                defer { room.end(warehouse.key) }
                return room.begin(warehouse, now: now) == .begun
            }.count
        }
        #expect(begin(150, "quick.test", at: start) == LookRoom.looksOfSecond + 1)
        let next = room.begin(Self.warehouse("a", 0, "quick.test"), now: start)
        guard case .isPaced(let moment) = next else { return #expect(Bool(false), "\(next)") }
        #expect(moment > start && moment - start <= .milliseconds(10))
        #expect(begin(5, "other.test", at: start) == 5)
        #expect(begin(150, "quick.test", at: start + .milliseconds(500)) == LookRoom.looksOfSecond / 2)
        #expect(begin(150, "quick.test", at: start + .seconds(10)) == LookRoom.looksOfSecond + 1)
        // The clock was set back by an hour: nobody waits until it has come there again.
        #expect(begin(5, "quick.test", at: start + .seconds(-3600)) == 5)
    }

    @Test func `what waits for a host that hangs holds up nothing of its project at another host`() {
        let room = LookRoom()
        let now = Timestamp(microseconds: 1_000_000_000)
        // Four looks of the project hang at the slow host; the next one there needs the fast host too.
        let hanging = (0..<4).map { Self.warehouse("a", $0, "slow.test") }
        #expect(hanging.allSatisfy { room.begin($0, now: now) == .begun })
        var due = DueLooks([Self.warehouse("a", 10, "fast.test", "slow.test"), Self.warehouse("a", 11, "fast.test")])
        #expect(due.take { room.begin($0, now: now) }.begun.map(\.key.name) == ["w11"])
        #expect(!due.isEmpty)
        room.end(hanging[0].key)
        #expect(due.take { room.begin($0, now: now) }.begun.map(\.key.name) == ["w10"])
        #expect(due.isEmpty)
    }

    @Test func `projects take turns at a host, and what has no room waits for the end of another`() {
        let room = LookRoom()
        let now = Timestamp(microseconds: 1_000_000_000)
        let warehouses = ["a", "b", "c"].flatMap { project in (0..<50).map { Self.warehouse(project, $0, "one.test") } }
        var due = DueLooks(warehouses + [Self.warehouse("a", 99, "two.test")])
        var asked = 0
        func take() -> [String] {
            due.take { warehouse in
                asked += 1
                return room.begin(warehouse, now: now)
            }.begun.map { "\($0.key.project)\($0.key.name)" }
        }
        #expect(take() == ["aw0", "bw0", "cw0", "aw1", "bw1", "cw1", "aw2", "bw2", "aw99"])
        #expect(take() == [] && !due.isEmpty)
        room.end(WarehouseKey(project: "b", name: "w1"))
        asked = 0
        #expect(take() == ["cw2"])
        #expect(asked <= 4, "finding the next one went through \(asked)")
        var begun = 10
        for _ in 0..<200 where !due.isEmpty {
            for warehouse in warehouses { room.end(warehouse.key) }
            let later = now + .seconds(100 + begun)
            begun += due.take { room.begin($0, now: later) }.begun.count
        }
        #expect(due.isEmpty && begun == 151)
    }

    @Test func `a hundred warehouses of one host are looked at as soon as others have ended`() async throws {
        let harness = try await EngineHarness(registry: HangingRegistry())
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["many"] = Project(
            name: "many",
            warehouses: Dictionary(
                uniqueKeysWithValues: (0..<LookRoom.looksOfSecond).map {
                    ("w\($0)", Self.warehouse("many", $0, "fast.test"))
                }
            )
        )
        harness.engine.core.configuration = configuration
        let core = harness.engine.core
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The clock stands still: nothing waits for a second to pass.
            group.addTask { await DiscoveryService(core: core).run() }
            let warehouses = configuration.pipelines.projects["many"]?.warehouses.keys.sorted() ?? []
            for _ in 0..<6000 {
                if warehouses.allSatisfy({ core.looks[WarehouseKey(project: "many", name: $0)]?.endedAt != nil }) {
                    break
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            let open = warehouses.filter { core.looks[WarehouseKey(project: "many", name: $0)]?.endedAt == nil }
            #expect(open.isEmpty)
            group.cancelAll()
        }
    }

    @Test func `a subscription that hangs delays no other of its warehouse, and is asked once`() async throws {
        let registry = HangingRegistry()
        let harness = try await EngineHarness(registry: registry)
        harness.clock.endAtOnce(Discoverer.patience)
        let warehouse = Self.warehouse("b", 0, "fast.test", "slow.test")
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["b"] = Project(name: "b", warehouses: ["w0": warehouse])
        harness.engine.core.configuration = configuration
        let core = harness.engine.core
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (signals, signal) = AsyncStream.makeStream(of: [String].self)
            group.addTask {
                // Cancelled in the end.
                _ = try? await core.discover(warehouse, cause: "discovery") { signal.yield($0.map(\.id)) }
            }
            let hanging = await signals.first { _ in true }
            #expect(hanging == ["image slow.test/team/app0"])
            func view() async throws -> WarehouseView {
                try #require(try await harness.pipelines.warehouses(project: "b").first)
            }
            let first = try await view()
            #expect(first.subscriptions[0].contains("fast.test/team/app0:1.0.0@"), "\(first.subscriptions)")
            let line = "the look that began at \(harness.clock.now().rfc3339) has not ended yet"
            #expect(first.failures.count == 1 && first.failures[0].contains(line), "\(first.failures)")
            // The next look leaves it out, and still tells of it.
            harness.clock.advance(.seconds(300))
            let second = try await core.discover(warehouse, cause: "discovery")
            #expect(second.failures == first.failures)
            #expect(try await view().lastLook == harness.clock.now())
            #expect(registry.hanging["b"] == 1)
            group.cancelAll()
            try await group.waitForAll()
            #expect(try await view().failures == [])
        }
        // Its end makes it free for the next look.
        #expect(core.looks.free(of: warehouse).subscriptions.count == 2)
    }

    @Test func `a warehouse is free while one of its looks goes on, which keeps its room`() {
        let room = Room()
        let warehouse = Self.warehouse("a", 0, "fast.test", "slow.test")
        #expect(room.begin(warehouse) && !room.begin(warehouse))
        room.part([warehouse.subscriptions[1]], from: warehouse.key)
        var free = warehouse
        free.subscriptions.removeLast()
        #expect(room.begin(free))
        let others = (1..<10).filter { room.begin(Self.warehouse("a", $0, "slow.test")) }
        #expect(others.count == LookRoom.limits.project - 1)
        room.end([SubscriptionKey(warehouse: warehouse.key, subscription: warehouse.subscriptions[1].id)])
        #expect(room.begin(Self.warehouse("a", 20, "slow.test")))
    }

    @Test func `a host that hangs at every look of one project holds up neither others there nor other hosts`()
        async throws
    {
        let registry = HangingRegistry()
        let harness = try await EngineHarness(registry: registry)
        var configuration = harness.engine.core.configuration
        func add(_ project: String, _ warehouses: [Warehouse]) {
            configuration.pipelines.projects[project] = Project(
                name: project,
                warehouses: Dictionary(uniqueKeysWithValues: warehouses.map { ($0.key.name, $0) })
            )
        }
        add("a-noisy", (0..<20).map { Self.warehouse("a-noisy", $0, "slow.test") })
        add("b", [Self.warehouse("b", 0, "slow.test")])
        add("c", (0..<3).map { Self.warehouse("c", $0, "fast.test") })
        harness.engine.core.configuration = configuration
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await DiscoveryService(core: harness.engine.core).run() }
            // The looks at the host that answers, and the other project's at the one that hangs.
            for _ in 0..<6000 {
                let views = try await harness.pipelines.warehouses(project: "c")
                if views.allSatisfy({ $0.outcome == .done }), registry.hanging["b"] == 1 { break }
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try await harness.pipelines.warehouses(project: "c").map(\.outcome) == [.done, .done, .done])
            #expect(registry.hanging["b"] == 1)
            #expect(registry.hanging["a-noisy"] == LookRoom.limits.project)
            group.cancelAll()
        }
    }
}

/// Looks that begin at one moment.
private struct Room {
    let room = LookRoom()
    let now = Timestamp(microseconds: 1_000_000_000)

    func begin(_ warehouse: Warehouse) -> Bool { room.begin(warehouse, now: now) == .begun }
    func end(_ warehouse: WarehouseKey) { room.end(warehouse) }
    func end(_ hanging: [SubscriptionKey]) { room.end(hanging) }
    func part(_ hanging: [Subscription], from warehouse: WarehouseKey) { room.part(hanging, from: warehouse) }
}

/// A registry of which one host never answers.
private final class HangingRegistry: Registry {
    private let state = Mutex<[String: Int]>([:])

    /// How many questions hang, by project.
    var hanging: [String: Int] { state.withLock { $0 } }

    func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer { .found("sha256:" + String(repeating: "a", count: 64)) }

    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String] {
        guard subscription.key.host == "slow.test" else { return ["1.0.0"] }
        state.withLock { $0[project, default: 0] += 1 }
        // Until the test ends.
        try? await Task.sleep(for: .seconds(3600))
        throw .unreachable(host: subscription.key.host, detail: "no answer")
    }

    func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? { nil }
}
