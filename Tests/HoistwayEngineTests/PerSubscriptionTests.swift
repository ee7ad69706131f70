import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayEngine

// I1
/// An event is decided for each subscription by itself.
struct PerSubscriptionTests {
    /// Two projects that follow the same image with credentials of their own; `bbb` follows a second one besides.
    private static func harness(
        _ registry: ScriptedRegistry,
        store: InMemoryStateStore = InMemoryStateStore()
    ) async throws -> EngineHarness {
        let harness = try await EngineHarness(store: store, registry: registry)
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects = [:]
        for name in ["aaa", "bbb"] { configuration.pipelines.projects[name] = project(name) }
        configuration.receivers["hook"]?.decode = { delivery in
            let tags = String(decoding: delivery.body, as: UTF8.self).split(separator: " ").map(String.init)
            return tags.map { .image(ImageEvent(image: ImageKey(normalised: EngineHarness.image), tags: [$0])) }
        }
        harness.engine.core.configuration = configuration
        return harness
    }

    private static func project(_ name: String, platform: String? = nil) -> Project {
        let subscription = ImageSubscription(
            repoURL: EngineHarness.image,
            key: ImageKey(normalised: EngineHarness.image),
            platform: platform,
            place: EngineHarness.place
        )
        let key = WarehouseKey(project: name, name: "app")
        let warehouse = Warehouse(key: key, subscriptions: [.image(subscription)], place: EngineHarness.place)
        return Project(name: name, warehouses: ["app": warehouse])
    }

    private static func freight(_ harness: EngineHarness) async -> [String] {
        await harness.state.freight.values.map { "\($0.freight.origin.project) \($0.freight.images.first?.tag ?? "")" }
            .sorted()
    }

    private static func delivery(_ harness: EngineHarness, _ id: Int64 = 1) async throws -> DeliveryView {
        try await harness.pipelines.delivery(DeliveryID(id))
    }

    private static func states(_ view: DeliveryView) -> [String] {
        (view.decisions ?? []).map { "\($0.event) \($0.project)/\($0.warehouse) \($0.state.rawValue)" }.sorted()
    }

    @Test func `one project's wrong credentials hold up no other project`() async throws {
        let registry = ScriptedRegistry { tag, project in project == "bbb" ? .unauthorized : .found(tag) }
        let harness = try await Self.harness(registry)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0"])
        let waiting = try await Self.delivery(harness)
        #expect(waiting.state == .waiting)
        #expect(waiting.reason.hasPrefix("1 decided, 1 waiting; bbb/app"), "\(waiting.reason)")
        #expect(waiting.reason.contains("answered 401"), "\(waiting.reason)")
        #expect(Self.states(waiting) == ["0 aaa/app decided", "0 bbb/app waiting"])
        #expect(waiting.nextTry != nil)

        registry.answer { tag, _ in .found(tag) }
        let asked = registry.count(of: "aaa")
        harness.clock.advance(.seconds(10))
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "bbb 1.0.0"])
        #expect(try await Self.delivery(harness).state == .done)
        #expect(registry.count(of: "aaa") == asked, "what was decided is not asked for once more")
    }

    @Test func `what was decided is kept over a restart, and the rest goes on`() async throws {
        let store = InMemoryStateStore()
        let registry = ScriptedRegistry { tag, project in project == "bbb" ? .unauthorized : .found(tag) }
        let first = try await Self.harness(registry, store: store)
        first.receive("1.0.0 1.1.0")
        try await first.engine.drain()
        #expect(await Self.freight(first) == ["aaa 1.0.0", "aaa 1.1.0"])
        let before = await first.state.freight.count
        let asked = registry.count(of: "aaa")

        registry.answer { tag, _ in .found(tag) }
        // Its next try has not come: after a start everything that waits is looked at.
        let second = try await Self.harness(registry, store: store)
        try await second.engine.drain()
        #expect(await second.state.freight.count == before + 2, "the first tag of the envelope came first")
        #expect(registry.count(of: "aaa") == asked)
        #expect(
            Self.states(try await Self.delivery(second))
                == ["0 aaa/app decided", "0 bbb/app decided", "1 aaa/app decided", "1 bbb/app decided"]
        )
    }

    @Test func `a tag that cannot be had keeps no other tag of the envelope back`() async throws {
        let registry = ScriptedRegistry { tag, _ in tag == "1.1.0" ? .refused : .found(tag) }
        let harness = try await Self.harness(registry)
        harness.receive("1.0.0 1.1.0")
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "bbb 1.0.0"])
        let failed = try await Self.delivery(harness)
        #expect(failed.state == .failed && failed.failureKind == .outside)
        #expect(failed.reason.hasPrefix("2 decided, 2 failed; aaa/app"), "\(failed.reason)")

        // A retry drives what failed, and nothing else.
        registry.answer { tag, _ in .found(tag) }
        let asked = registry.count
        #expect(try await harness.pipelines.requeueDeliveries(nil, actor: "test") == 1)
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "aaa 1.1.0", "bbb 1.0.0", "bbb 1.1.0"])
        #expect(registry.count == asked + 2)
    }

    @Test func `a platform that is not offered is an answer, and a tag that is not there yet is asked for again`()
        async throws
    {
        let registry = ScriptedRegistry { tag, project in
            project == "bbb" ? .said(.otherPlatform(offered: ["linux/amd64"])) : .found(tag)
        }
        let harness = try await Self.harness(registry)
        harness.engine.core.configuration.pipelines.projects["bbb"] = Self.project("bbb", platform: "linux/arm64")
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0"])
        let done = try await Self.delivery(harness)
        #expect(done.state == .done)
        let said = try #require(done.decisions?.last?.reason)
        #expect(said.hasSuffix("1.0.0 is for linux/amd64, and the subscription asks for linux/arm64"), "\(said)")

        registry.answer { tag, project in project == "bbb" ? .said(.absent) : .found(tag) }
        harness.receive("1.1.0")
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "aaa 1.1.0"])
        #expect(try await Self.delivery(harness, 2).state == .waiting)
        for _ in 0...Confirmer.patience {
            harness.clock.advance(.seconds(120))
            try await harness.engine.drain()
        }
        let absent = try await Self.delivery(harness, 2)
        #expect(absent.state == .done)
        #expect(absent.decisions?.last?.reason.hasSuffix("the registry has no 1.1.0") ?? false)
    }

    @Test func `a warehouse that goes ends its part, and one that comes is decided too`() async throws {
        let registry = ScriptedRegistry { tag, project in project == "bbb" ? .unauthorized : .found(tag) }
        let harness = try await Self.harness(registry)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["bbb"] = nil
        configuration.pipelines.projects["ccc"] = Self.project("ccc")
        try await harness.engine.take(configuration)
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "ccc 1.0.0"])
        let done = try await Self.delivery(harness)
        #expect(done.state == .done)
        #expect(Self.states(done) == ["0 aaa/app decided", "0 bbb/app decided", "0 ccc/app decided"])
        let gone = done.decisions?.first { $0.project == "bbb" }
        #expect(gone?.reason.hasSuffix("no warehouse subscribes to it now") ?? false)
    }

    @Test func `a reload asks at once, whatever the next try was`() async throws {
        let registry = ScriptedRegistry { _, _ in .unauthorized }
        let harness = try await Self.harness(registry)
        harness.receive("1.0.0")
        for _ in 0..<8 {
            try await harness.engine.drain()
            harness.clock.advance(.seconds(400))
        }
        try await harness.engine.drain()
        registry.answer { tag, _ in .found(tag) }
        try await harness.engine.drain()
        #expect(await Self.freight(harness).isEmpty)
        try await harness.engine.take(harness.engine.core.configuration)
        try await harness.engine.drain()
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "bbb 1.0.0"])
    }

    @Test func `many deliveries ask a server that refuses one at a time, and all go on once it answers`() async throws {
        let registry = ScriptedRegistry { tag, project in project == "bbb" ? .unauthorized : .found(tag) }
        let harness = try await Self.harness(registry)
        let tags = (0..<100).map { "1.0.\($0)" }
        for tag in tags { harness.receive(tag) }
        try await harness.engine.drain()
        #expect(await Self.freight(harness).count == 100)
        #expect(registry.count(of: "bbb") == 1, "a wrong password is tried once")
        registry.answer { tag, _ in .found(tag) }
        harness.clock.advance(.seconds(4))
        for _ in 0..<5 { try await harness.engine.drain() }
        #expect(await Self.freight(harness).count == 200)
        #expect(try await harness.pipelines.deliveries(state: .waiting, before: nil, limit: 9).isEmpty)
    }

    @Test func `a server that hangs holds up no other subscription of the same delivery`() async throws {
        let registry = ScriptedRegistry { tag, project in project == "bbb" ? .hangs : .found(tag) }
        let harness = try await Self.harness(registry)
        let service = IntakeService(core: harness.engine.core, inbox: harness.engine.inbox)
        // All are there before it begins: between two batches a slow machine would rest by a clock that stands still.
        for tag in ["1.0.0", "1.1.0", "1.2.0"] { harness.receive(tag) }
        let running = Task { await service.run() }
        defer { running.cancel() }
        for await count in registry.freight(of: harness) where count == 3 { break }
        #expect(await Self.freight(harness) == ["aaa 1.0.0", "aaa 1.1.0", "aaa 1.2.0"])
        running.cancel()
        await running.value
        #expect(try await Self.delivery(harness).state == .waiting)
    }

    // I10
    @Test func `a body that cannot be read fails by its sender's fault, and retrying all that failed leaves it alone`()
        async throws
    {
        let harness = try await EngineHarness()
        harness.engine.core.configuration.receivers["hook"]?.decode = { _ in throw BadBody() }
        harness.receive("x")
        try await harness.engine.drain()
        let failed = try await Self.delivery(harness)
        #expect(failed.state == .failed && failed.failureKind == .sender)
        #expect(try await harness.pipelines.requeueDeliveries(nil, actor: "test") == 0)
        harness.engine.core.configuration.receivers["hook"] = nil
        harness.receive("y")
        try await harness.engine.drain()
        #expect(try await Self.delivery(harness, 2).failureKind == .configuration)
        #expect(try await harness.pipelines.requeueDeliveries(nil, actor: "test") == 1)
    }
}

private struct BadBody: SenderFault {}

/// A registry that answers each project as it is told.
private final class ScriptedRegistry: Registry {
    enum Answer: Sendable {
        /// With a digest that is made of the tag.
        case found(String)
        case said(ImageAnswer)
        case unauthorized
        /// For good.
        case refused
        /// Until it is cancelled.
        case hangs
    }

    typealias Script = @Sendable (_ tag: String, _ project: String) -> Answer

    private let state: Mutex<(script: Script, asked: [String])>

    init(_ script: @escaping Script) {
        state = Mutex((script, []))
    }

    func answer(_ script: @escaping Script) { state.withLock { $0.script = script } }
    var count: Int { state.withLock(\.asked.count) }
    func count(of project: String) -> Int { state.withLock { $0.asked.count { $0 == project } } }

    /// How much freight there is, at each change.
    func freight(of harness: EngineHarness) -> AsyncStream<Int> {
        AsyncStream { continuation in
            let task = Task {
                while !Task.isCancelled {
                    let seen = harness.engine.core.ledger.feed.revision.number
                    continuation.yield(await harness.state.freight.count)
                    await harness.engine.core.ledger.feed.wait(beyond: seen)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        let answer = state.withLock { state in
            state.asked.append(project)
            return state.script(reference, project)
        }
        switch answer {
        case .found(let tag): return .found("sha256:" + String(repeating: "0", count: 64 - tag.count) + hex(tag))
        case .said(let answer): return answer
        case .unauthorized: throw .refused(host: "ghcr.io", status: 401, detail: "wants a valid login")
        case .refused: throw .refused(host: "ghcr.io", status: 400, detail: "no")
        case .hangs:
            try? await Task.sleep(for: .seconds(3600))  // Ends with the test.
            throw .unreachable(host: "ghcr.io", detail: "the request was cancelled")
        }
    }

    /// Digits alone, as long as the tag.
    private func hex(_ tag: String) -> String { String(tag.map { $0 == "." ? "a" : $0 }) }

    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String] { [] }

    func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? { nil }
}
