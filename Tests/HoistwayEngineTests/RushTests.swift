import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Many more deliveries than are decided at once.
struct RushTests {
    private static let count = 2_500

    private static func rush(_ harness: EngineHarness) {
        for number in 1...count { harness.receive("1.0.\(number)") }
    }

    @Test func `the newest version is the first that is decided, and each older one has its own verdict`() async throws
    {
        let harness = try await EngineHarness()
        Self.rush(harness)
        try await IntakeService(core: harness.engine.core, inbox: harness.engine.inbox).drain()
        let freight = await harness.state.freight.values.flatMap(\.freight.images).map(\.tag)
        #expect(freight.contains("1.0.\(Self.count)"))
        #expect(freight.count == 1)
        let counts = try await harness.store.deliveryCounts()
        #expect(counts[.done] == Self.count)
        #expect(counts[.received, default: 0] == 0)
        let old = try await harness.store.delivery(DeliveryID(7))
        let trace = old?.decisions.first?.trace ?? []
        #expect(trace.contains { $0.hasSuffix("1.0.7 is older than 1.0.\(Self.count), the newest: not promoted") })
    }

    @Test func `what a promotion waits for is decided in the first batch, though it came last`() async throws {
        let harness = try await EngineHarness()
        Self.rush(harness)
        harness.receive("pull 7 git.test/ops merged")
        try await IntakeService(core: harness.engine.core, inbox: harness.engine.inbox).takeOne()
        let last = DeliveryID(Int64(Self.count) + 1)
        #expect(try await harness.store.delivery(last)?.state != .received)
        let counts = try await harness.store.deliveryCounts()
        #expect(counts[.received, default: 0] > Self.count / 2)
    }

    // Of those that were read, 128 are decided with the batch.
    @Test(arguments: [(isBehind: true, read: 128 + 512), (isBehind: false, read: 512 + 512)])
    func `while more come in than are decided, few are read ahead, but all of the newest`(
        isBehind: Bool,
        read: Int
    ) async throws {
        let harness = try await EngineHarness()
        Self.rush(harness)
        let service = IntakeService(core: harness.engine.core, inbox: harness.engine.inbox)
        try await service.takeOne(isBehind: isBehind)
        let held = harness.engine.core.backlog.held
        #expect(held.known == read - 128)
        #expect(held.read <= Backlog.rush)
        #expect(await harness.state.freight.values.flatMap(\.freight.images).map(\.tag) == ["1.0.\(Self.count)"])
        try await service.drain()
        #expect(try await harness.store.deliveryCounts()[.done] == Self.count)
        #expect(harness.engine.core.backlog.held == (0, 0, 0))
    }

    @Test func `all deliveries that somebody requested again come before the rush`() async throws {
        let harness = try await EngineHarness()
        for number in 1...300 { harness.receive("!nonsense \(number)") }
        let service = IntakeService(core: harness.engine.core, inbox: harness.engine.inbox)
        try await service.drain()
        #expect(try await harness.store.deliveryCounts()[.failed] == 300)
        Self.rush(harness)
        try await service.takeOne(isBehind: true)
        #expect(try await harness.pipelines.requeueDeliveries(nil, actor: "ada") == 300)
        // 128 with each batch: those behind the first 128 are found by their ids.
        for _ in 0..<3 { try await service.takeOne(isBehind: true) }
        let counts = try await harness.store.deliveryCounts()
        #expect(counts[.failed] == 300)
        #expect(counts[.received] == Self.count - 128 - (3 * 128 - 300))
        try await service.drain()
        #expect(try await harness.store.deliveryCounts()[.done] == Self.count)
    }

    @Test func `the newest deliveries are looked at though the backlog is full`() async throws {
        let harness = try await EngineHarness()
        let backlog = harness.engine.core.backlog
        for number in 1...Int64(Backlog.maxEntries) { backlog.add(BacklogTests.read(1_000_000 + number, "other")) }
        #expect(backlog.cursor == nil)
        harness.receive("pull 7 git.test/ops merged")
        try await IntakeService(core: harness.engine.core, inbox: harness.engine.inbox).takeOne()
        #expect(try await harness.store.delivery(DeliveryID(1))?.state != .received)
    }

    @Test func `that a branch may have drifted is told before the push has its turn`() async throws {
        let harness = try await EngineHarness()
        Self.rush(harness)
        _ = harness.engine.core.branchNews.take()
        harness.receive("push \(String(repeating: "1", count: 40)) \(String(repeating: "2", count: 40))")
        try await IntakeService(core: harness.engine.core, inbox: harness.engine.inbox).takeOne()
        #expect(try await harness.store.delivery(DeliveryID(Int64(Self.count) + 1))?.state == .received)
        #expect(harness.engine.core.branchNews.take() == [RepositoryKey(normalised: "git.test/ops")])
    }
}
