import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Logging
import Testing

@testable import HoistwayEngine

/// Commit statuses reach their hosts, few and late rather than never, and no promotion waits for them.
struct StatusTests {
    private static let app = "https://git.test/app"

    private struct Rig {
        let engine: EngineHarness
        let forge: InMemoryForge
        let log = KeptLog()

        init(
            store: InMemoryStateStore = InMemoryStateStore(),
            forges: [InMemoryForge] = [],
            mode: PromotionMode = .promote,
            isOn: Bool = true
        ) async throws {
            let remote = InMemoryGitRemote()
            try await remote.seed(files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")])
            let own = InMemoryForge(RemoteBranches(remote), url: remote.displayURL)
            forge = own
            engine = try await EngineHarness(
                mode: mode,
                store: store,
                remote: remote,
                log: log.logger,
                ports: { $0.forges = InMemoryForges([own] + forges) }
            )
            if isOn { engine.engine.core.configuration.statuses = { $0 == "shop" } }
        }

        func send(after pause: Duration = .zero) async {
            engine.clock.advance(pause)
            await StatusService(core: engine.engine.core).drain()
        }

        func promote() async throws -> PromotionRecord {
            engine.receive("1.0.0")
            try await engine.engine.drain()
            return try #require(await engine.promotions(.succeeded).first)
        }
    }

    private static func said(_ forge: InMemoryForge) -> [String] {
        forge.statuses.map { "\($0.commit.hex.suffix(4)) \($0.status.state.rawValue)" }
    }

    private static func commit(_ number: Int) throws -> ObjectID {
        let digits = "\(100_000 + number)"
        return try #require(ObjectID(String(repeating: "a", count: 40 - digits.count) + digits))
    }

    /// Promotions that have ended, each of freight with a commit of its own.
    private static func ended(_ count: Int, in repository: String = app, at end: Timestamp) throws -> PipelineState {
        var state = PipelineState()
        for number in 0..<count {
            let id = FreightID("f\(number)")
            let freight = Freight(
                id: id,
                alias: "f-\(number)",
                origin: WarehouseKey(project: "shop", name: "app"),
                artifacts: [.commit(CommitArtifact(repoURL: repository, id: try commit(number)))],
                discoveredAt: end
            )
            var record = PromotionRecord(
                id: PromotionID("test.\(100_000 + number)"),
                stage: StageKey(project: "shop", name: "test"),
                freight: id,
                collection: [:],
                actor: .automatic,
                reason: "",
                steps: [],
                mode: .promote,
                createdAt: end
            )
            record.phase = .succeeded
            record.startedAt = end
            record.finishedAt = end
            state.apply([.putFreight(FreightRecord(freight: freight)), .putPromotion(record)])
        }
        return state
    }

    private static let start = Timestamp(seconds: 1_800_000_000)

    @Test func `what a promotion has pushed says so, once, with a link where people reach the console`() async throws {
        let rig = try await Rig()
        rig.engine.engine.core.configuration.publicURL = "https://h.example.com/"
        let promotion = try await rig.promote()
        await rig.send()
        let sent = try #require(rig.forge.statuses.first)
        #expect(rig.forge.statuses.count == 1)
        #expect(sent.commit == promotion.branches.first?.commit)
        #expect(sent.status.state == .success && sent.status.context == "hoistway/shop/test")
        #expect(sent.status.targetURL == "https://h.example.com/projects/shop/promotions/\(promotion.id)")
        await rig.send(after: .seconds(3600))
        #expect(rig.forge.requests == ["status"])
    }

    @Test func `nothing is sent unless somebody has switched it on, and nothing in observe mode`() async throws {
        let off = try await Rig(isOn: false)
        _ = try await off.promote()
        await off.send(after: .seconds(10))
        let observing = try await Rig(mode: .observe)
        _ = try await observing.promote()
        await observing.send(after: .seconds(10))
        #expect(off.forge.requests.isEmpty && observing.forge.requests.isEmpty)
    }

    @Test func `a promotion that waits for a pull request says so after a moment, and then its end`() async throws {
        let harness = try await PullRequestHarness()
        let core = harness.engine.engine.core
        core.configuration.statuses = { _ in true }
        let statuses = { harness.forge.statuses.map(\.status) }
        try await harness.promote()
        await StatusService(core: core).drain()
        #expect(statuses().isEmpty)
        harness.engine.clock.advance(StatusBook.settling)
        await StatusService(core: core).drain()
        #expect(statuses().map(\.state) == [.pending])
        #expect(statuses().first?.description.hasSuffix("pull request #1 is open") == true)
        try await harness.forge.mergeByHand(1)
        try await harness.tell()
        #expect(try await harness.promotion().phase == .succeeded)
        await StatusService(core: core).drain()
        #expect(statuses().map(\.state) == [.pending, .success])
        #expect(Set(harness.forge.statuses.map(\.commit)).count == 1)
    }

    @Test func `of what is not sent in time only the last is sent`() async throws {
        let book = StatusBook()
        let place = StatusPlace(
            repository: RepositoryIdentity(Self.app),
            commit: try Self.commit(1),
            stage: StageKey(project: "shop", name: "test")
        )
        let report = { (state: CommitStatus.State, promotion: String) in
            PromotionStatus(
                place: place,
                repoURL: Self.app,
                promotion: PromotionID(promotion),
                status: CommitStatus(state: state, context: "c", description: "\(state) \(promotion)")
            )
        }
        let host = ForgePlace(Self.app, project: "shop")
        let now = Self.start
        #expect(book.note(report(.pending, "test.2"), now: now) == nil)
        guard case .later(let due) = book.next(at: host, now: now) else { throw ContractViolation("at once") }
        #expect(due == now + StatusBook.settling)
        #expect(book.note(report(.failure, "test.2"), now: now) == nil)
        // One that was made before has nothing to say any more.
        #expect(book.note(report(.success, "test.1"), now: now) == nil)
        guard case .send(let first) = book.next(at: host, now: now) else { throw ContractViolation("nothing") }
        #expect(first.report == report(.failure, "test.2"))
        // While it is on its way the freight is promoted once more.
        #expect(book.note(report(.success, "test.3"), now: now) == nil)
        book.sent(first.report, at: host, now: now)
        guard case .send(let second) = book.next(at: host, now: now) else { throw ContractViolation("nothing") }
        #expect(second.report == report(.success, "test.3"))
        book.sent(second.report, at: host, now: now)
        #expect(book.note(report(.failure, "test.2"), now: now) == nil)
        guard case .nothing = book.next(at: host, now: now) else { throw ContractViolation("more") }
    }

    @Test func `a host that fails is asked again with pauses, and one that names a pause not before`() async throws {
        let rig = try await Rig()
        _ = try await rig.promote()
        rig.forge.fail(
            .unreachable(host: "git.test", detail: "reset"),
            .limited(host: "git.test", pause: .seconds(900))
        )
        await rig.send()
        await rig.send(after: .seconds(1))
        #expect(rig.forge.requests.count == 1)
        await rig.send(after: .seconds(3))
        await rig.send(after: .seconds(890))
        #expect(rig.forge.requests.count == 2)
        await rig.send(after: .seconds(11))
        #expect(rig.forge.statuses.map(\.status.state) == [.success])
        #expect(rig.engine.engine.core.statuses.count == 0)
    }

    @Test func `what a host refuses is given up with a line, and a host that is away for a day too`() async throws {
        let refused = try await Rig()
        _ = try await refused.promote()
        refused.forge.fails(.refused(host: "git.test", detail: "too many", hint: nil))
        await refused.send()
        await refused.send(after: .seconds(3600))
        #expect(refused.forge.requests.count == 1)
        let errors = KeptLog(.error)
        let away = InMemoryForge(NamedBranches([:]), url: Self.app)
        away.fails(.unreachable(host: "git.test", detail: "reset"))
        let store = InMemoryStateStore(try Self.ended(1, at: Self.start))
        let harness = try await EngineHarness(
            store: store,
            log: errors.logger,
            ports: { $0.forges = InMemoryForges([away]) }
        )
        harness.engine.core.configuration.statuses = { _ in true }
        for _ in 0..<300 {
            await StatusService(core: harness.engine.core).drain()
            harness.clock.advance(.seconds(400))
        }
        #expect(errors.events("a commit status was given up").count == 1)
        #expect(away.requests.count > 100 && away.requests.count < 300)
    }

    @Test func `a credential that may not is told once, and sends again after a reload`() async throws {
        let forge = InMemoryForge(NamedBranches([:]), url: Self.app)
        let failure = ForgeFailure.forbidden(host: "git.test", detail: "no", needs: "statuses: write")
        forge.fails(failure)
        let errors = KeptLog(.error)
        let harness = try await EngineHarness(
            store: InMemoryStateStore(try Self.ended(20, at: Self.start)),
            log: errors.logger,
            ports: { $0.forges = InMemoryForges([forge]) }
        )
        harness.engine.core.configuration.statuses = { _ in true }
        for _ in 0..<20 {
            await StatusService(core: harness.engine.core).drain()
            harness.clock.advance(.seconds(60))
        }
        let told = errors.events("no commit statuses are sent to this repository for an hour")
        #expect(told.count == 1 && told.first?["hint"] == "give the credential statuses: write")
        #expect(harness.engine.core.statuses.count == 0)
        forge.fails(nil)
        try await harness.engine.take(harness.engine.core.configuration)
        await StatusService(core: harness.engine.core).drain()
        #expect(forge.statuses.count == 20)
    }

    @Test func `a repository whose host is unknown is told once`() async throws {
        let rig = try await Rig(store: InMemoryStateStore(try Self.ended(30, at: Self.start)))
        await rig.send()
        await rig.send(after: .seconds(48 * 3600))
        let told = rig.log.events("no commit statuses are sent to this repository")
        #expect(told.count == 1 && told.first?["git.remote"] == Self.app)
        #expect(rig.engine.engine.core.statuses.count == 0)
    }

    @Test func `after a start what may not have been sent is sent, and what is long done is not`() async throws {
        var state = try Self.ended(3, at: Self.start)
        for (number, age) in [(0, Duration.seconds(7200)), (1, .seconds(1800))] {
            let id = PromotionID("test.\(100_000 + number)")
            var ended = try #require(state.promotions[id]?.ended)
            ended.outline.finishedAt = Timestamp(seconds: Self.start.seconds - age.components.seconds)
            state.promotions[ended.id] = .ended(ended)
        }
        let forge = InMemoryForge(NamedBranches([:]), url: Self.app)
        let rig = try await Rig(store: InMemoryStateStore(state), forges: [forge])
        // However long the program was away.
        await rig.send(after: .seconds(48 * 3600))
        #expect(Self.said(forge).sorted() == ["0001 success", "0002 success"])
    }

    @Test func `3,000 promotions are bounded in memory and in requests, and the newest are sent`() async throws {
        let forge = InMemoryForge(NamedBranches([:]), url: Self.app)
        let rig = try await Rig(store: InMemoryStateStore(try Self.ended(3_000, at: Self.start)), forges: [forge])
        let core = rig.engine.engine.core
        await core.takeStatusNews()
        #expect(core.statuses.count == StatusBook.maxWaiting)
        #expect(rig.log.events("commit statuses are dropped: too many wait for their hosts").count == 1)
        for _ in 0..<60 { await rig.send(after: .seconds(60)) }
        #expect(forge.statuses.count > 400 && forge.statuses.count <= 500, "\(forge.statuses.count)")
        for _ in 0..<60 { await rig.send(after: .seconds(600)) }
        #expect(core.statuses.count == 0 && forge.statuses.count == StatusBook.maxWaiting)
        let commits = Set(forge.statuses.map(\.commit))
        let (oldest, newest) = (try Self.commit(999), try Self.commit(2_999))
        #expect(commits.contains(newest) && !commits.contains(oldest))
    }

    @Test func `a host that does not answer holds up itself only`() async throws {
        let dead = InMemoryForge(NamedBranches([:]), url: "https://dead.test/app")
        dead.fails(.unreachable(host: "dead.test", detail: "timed out"))
        let state = try Self.ended(5, in: dead.url, at: Self.start)
        let rig = try await Rig(store: InMemoryStateStore(state), forges: [dead])
        _ = try await rig.promote()
        let core = rig.engine.engine.core
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await StatusService(core: core).run() }
            group.addTask {
                try await eventually("the other host's status") {
                    !rig.forge.statuses.isEmpty && !dead.requests.isEmpty
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        #expect(dead.requests.count == 1)
        #expect(rig.forge.statuses.map(\.status.state) == [.success])
    }
}
