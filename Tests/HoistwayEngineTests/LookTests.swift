import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayEngine

/// I2 and T7: what a look comes to is seen, and one thing that fails hides no other.
struct LookTests {
    private static func harness(_ registry: StubbornRegistry, branch: String? = nil) async throws -> EngineHarness {
        let harness = try await EngineHarness(registry: registry)
        guard let branch else { return harness }
        let git = GitSubscription(
            repoURL: harness.remote.displayURL,
            key: RepositoryKey(normalised: "git.test/ops"),
            branch: branch,
            place: EngineHarness.place
        )
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions.append(.git(git))
        harness.engine.core.configuration = configuration
        return harness
    }

    private static let warehouse = WarehouseKey(project: "shop", name: "app")

    private static func check(_ harness: EngineHarness) async throws -> WarehouseView {
        let projects = harness.engine.core.configuration.pipelines.projects
        let warehouse = try #require(projects["shop"]?.warehouses["app"])
        try await harness.engine.core.discover(warehouse, cause: "discovery")
        return try #require(try await harness.pipelines.warehouses(project: nil).first)
    }

    private static let failures: [(failure: RegistryFailure, pause: ClosedRange<Int>)] = [
        (.limited(host: "r", after: .seconds(600), detail: ""), 600...600),
        (.limited(host: "r", after: .seconds(1), detail: ""), 1...3),
        (.busy(host: "r", status: 503, after: .seconds(90), detail: ""), 90...90),
        (.limited(host: "r", after: nil, detail: ""), 1...3), (.refused(host: "r", status: 503, detail: ""), 1...3),
        (.refused(host: "r", status: 401, detail: ""), 1...3), (.unreachable(host: "r", detail: "no such host"), 1...3),
        (.refused(host: "r", status: 404, detail: "it has no app"), 269...300),
        (.refused(host: "r", status: 400, detail: ""), 269...300), (.untrusted(host: "r", tokenServer: "x"), 1...3),
    ]

    @Test(arguments: failures.indices)
    func `a look that fails is shown with its reason and the next try`(_ index: Int) async throws {
        let (failure, pause) = Self.failures[index]
        let registry = StubbornRegistry(tags: ["1.0.0"])
        let harness = try await Self.harness(registry)
        let unlooked = try #require(try await harness.pipelines.warehouses(project: nil).first)
        #expect(unlooked.outcome == .waiting && unlooked.lastLook == nil)
        registry.fail(with: failure)
        let failed = try await Self.check(harness)
        #expect(failed.outcome == .failed && failed.lastLook == harness.clock.now())
        #expect(failed.failures.count == 1 && failed.failures[0].contains(failure.message))
        let next = try #require(failed.nextLook) - harness.clock.now()
        #expect(pause.contains(Int(next.components.seconds)), "\(next)")
        let why = try await harness.pipelines.why(stage: StageKey(project: "shop", name: "test"), freight: nil)
        #expect(why.lines.contains { $0.contains("warehouse app: the look at") && $0.contains(failure.message) })
        await #expect(throws: OperatorFailure.self) {
            _ = try await harness.pipelines.refresh(warehouse: Self.warehouse, actor: "jo")
        }
        registry.fail(with: nil)
        let mended = try await harness.pipelines.refresh(warehouse: Self.warehouse, actor: "jo")
        #expect(mended.outcome == .done && mended.failures.isEmpty)
        // The interval, or up to a tenth less.
        #expect((270...300).contains((try #require(mended.nextLook) - harness.clock.now()) / .seconds(1)))
        #expect(mended.subscriptions[0].contains(":1.0.0@"))
    }

    @Test func `a reload has new and changed warehouses looked at, and no others`() async throws {
        let harness = try await Self.harness(StubbornRegistry(tags: ["1.0.0"]))
        let core = harness.engine.core
        _ = try await Self.check(harness)
        let next = try #require(core.looks[Self.warehouse]?.next)
        var asked = core.looks.asked.count
        _ = try await harness.engine.take(core.configuration)
        #expect(core.looks[Self.warehouse]?.next == next && core.looks.asked.count == asked)
        var configuration = core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.interval = .seconds(77)
        _ = try await harness.engine.take(configuration)
        #expect(core.looks[Self.warehouse] != nil && core.looks[Self.warehouse]?.next == nil)
        #expect(core.looks.asked.count > asked)
        asked = core.looks.asked.count
        var other = try #require(configuration.pipelines.projects["shop"]?.warehouses["app"])
        other.key = WarehouseKey(project: "shop", name: "new")
        configuration.pipelines.projects["shop"]?.warehouses["new"] = other
        _ = try await harness.engine.take(configuration)
        #expect(core.looks.asked.count > asked)
    }

    @Test func `pauses grow with each failed look, and begin again after one that ends well`() async throws {
        let registry = StubbornRegistry(tags: ["1.0.0"])
        let harness = try await Self.harness(registry)
        registry.fail(with: .unreachable(host: "r", detail: "x"))
        var pauses: [Int64] = []
        for _ in 0..<9 {
            let view = try await Self.check(harness)
            pauses.append((try #require(view.nextLook) - harness.clock.now()).components.seconds)
        }
        let growing = pauses.prefix { $0 < 270 }
        #expect(growing.count >= 5 && Array(growing) == growing.sorted() && (pauses.first ?? 0) < 4, "\(pauses)")
        #expect((270...300).contains(pauses.last ?? 0), "\(pauses)")
        registry.fail(with: nil)
        _ = try await Self.check(harness)
        registry.fail(with: .unreachable(host: "r", detail: "x"))
        #expect((try #require(try await Self.check(harness).nextLook) - harness.clock.now()) < .seconds(4))
    }

    @Test func `a subscription that fails holds up no other`() async throws {
        let registry = StubbornRegistry(tags: ["1.0.0"])
        let harness = try await Self.harness(registry, branch: "gone")
        let view = try await Self.check(harness)
        #expect(view.outcome == .failed)
        #expect(view.failures.count == 1 && view.failures[0].contains("has no branch gone"), "\(view.failures)")
        #expect(view.subscriptions.contains { $0.contains(":1.0.0@") })
    }

    @Test func `what cannot run, or cannot be read, is skipped by its name`() async throws {
        let registry = StubbornRegistry(tags: ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"])
        registry.answer("1.4.0", .success(.notRunnable(kind: "a Helm chart")))
        registry.answer("1.3.0", .success(.otherPlatform(offered: ["linux/s390x"])))
        registry.answer("1.2.0", .failure(.malformed(host: "r", detail: "it has another digest")))
        registry.answer("1.1.0", .success(.absent))
        let harness = try await Self.harness(registry)
        let view = try await Self.check(harness)
        #expect(view.outcome == .done)
        #expect(view.subscriptions[0].contains(":1.0.0@"))
        for words in ["1.4.0 is a Helm chart", "1.3.0 is for linux/s390x", "1.2.0 cannot be read"] {
            #expect(view.skipped.contains { $0.contains(words) }, "\(view.skipped)")
        }
    }

    @Test func `a tag that the registry fails at hides no other, and what is there does not go back for it`()
        async throws
    {
        let registry = StubbornRegistry(tags: ["1.0.0", "1.1.0"])
        let harness = try await Self.harness(registry)
        #expect(try await Self.check(harness).subscriptions[0].contains(":1.1.0@"))
        registry.answer("1.1.0", .failure(.refused(host: "r", status: 500, detail: "broken")))
        let view = try await Self.check(harness)
        #expect(view.outcome == .failed && view.subscriptions[0].contains(":1.1.0@"))
        registry.add("1.2.0")
        #expect(try await Self.check(harness).subscriptions[0].contains(":1.2.0@"))
        // Without the newest tag the one before counts, but makes no freight by itself.
        registry.answer("1.1.0", .success(.found(StubbornRegistry.digest)))
        let freight = await harness.state.freight.count
        registry.remove("1.2.0")
        #expect(try await Self.check(harness).subscriptions[0].contains(":1.1.0@"))
        #expect(await harness.state.freight.count == freight)
    }

    @Test func `a moved tag that is held is shown until it is moved back`() async throws {
        let registry = StubbornRegistry(tags: ["1.0.0"])
        let harness = try await Self.harness(registry)
        _ = try await Self.check(harness)
        let other = "sha256:" + String(repeating: "b", count: 64)
        registry.answer("1.0.0", .success(.found(other)))
        let held = try await Self.check(harness)
        #expect(held.held.count == 1 && held.held[0].contains("1.0.0 is held: it was moved from"))
        #expect(held.subscriptions[0].contains("@\(StubbornRegistry.digest)"))
        registry.answer("1.0.0", .success(.found(StubbornRegistry.digest)))
        #expect(try await Self.check(harness).held.isEmpty)
    }
}

/// A registry that answers as it is told.
private final class StubbornRegistry: Registry {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    private struct State {
        var tags: [String]
        var failure: RegistryFailure?
        var answers: [String: Result<ImageAnswer, RegistryFailure>] = [:]
    }

    private let state: Mutex<State>

    init(tags: [String]) {
        state = Mutex(State(tags: tags))
    }

    func fail(with failure: RegistryFailure?) { state.withLock { $0.failure = failure } }
    func add(_ tag: String) { state.withLock { $0.tags.append(tag) } }
    func remove(_ tag: String) { state.withLock { $0.tags.removeAll { $0 == tag } } }

    func answer(_ tag: String, _ answer: Result<ImageAnswer, RegistryFailure>) {
        state.withLock { $0.answers[tag] = answer }
    }

    func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        try state.withLock { state in
            state.answers[reference] ?? .success(state.tags.contains(reference) ? .found(Self.digest) : .absent)
        }.get()
    }

    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String] {
        let (tags, failure) = state.withLock { ($0.tags, $0.failure) }
        if let failure { throw failure }
        return tags
    }

    func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? { nil }
}
