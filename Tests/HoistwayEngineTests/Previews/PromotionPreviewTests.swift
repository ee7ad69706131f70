import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayEngine

/// Previews and promotions that are made from them, with everything outside in memory.
struct PromotionPreviewTests {
    private static let key = StageKey(project: "shop", name: "test")

    /// One stage without automatic promotion, with two pieces of freight that nobody has promoted.
    private static func harness(
        stages: [String] = ["test"],
        mode: PromotionMode = .promote,
        remote: InMemoryGitRemote? = nil
    ) async throws -> (harness: EngineHarness, freight: [String: String]) {
        let harness = try await EngineHarness(stages: stages, mode: mode, remote: remote)
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        harness.engine.core.configuration = configuration
        for tag in ["1.0.0", "1.1.0"] {
            harness.receive(tag)
            try await harness.engine.drain()
            harness.clock.advance(.seconds(60))
        }
        let all = try await harness.pipelines.freight(project: "shop", warehouse: "app", limit: 10)
        var freight: [String: String] = [:]
        for one in all {
            for tag in ["1.0.0", "1.1.0"] where one.artifacts.contains(where: { $0.contains(":\(tag)@") }) {
                freight[tag] = one.id
            }
        }
        return (harness, freight)
    }

    private static func preview(
        _ harness: EngineHarness,
        of freight: String,
        by actor: String = "ada"
    ) async throws -> PreviewView {
        let begun = try await harness.pipelines.createPreview(stage: key, freight: freight, actor: actor)
        #expect(begun.state == .running)
        await harness.engine.drainPreviews()
        return try await harness.pipelines.preview(begun.id)
    }

    private static func promote(
        _ harness: EngineHarness,
        _ freight: String,
        _ consent: PromotionConsent,
        by actor: String = "ada"
    ) async throws -> PromotionRecord {
        let view = try await harness.pipelines.promote(stage: key, freight: freight, consent: consent, actor: actor)
        try await harness.engine.drain()
        return try #require(harness.wholes.first { $0.id.text == view.id })
    }

    @Test func `a preview shows the difference and changes nothing`() async throws {
        let (harness, freight) = try await Self.harness()
        let before = await harness.state
        let head = harness.remote.head("main")
        let view = try await Self.preview(harness, of: try #require(freight["1.0.0"]))
        #expect(view.state == .succeeded, "\(view.message)")
        let branch = try #require(view.branches.first)
        #expect(branch.branch == "main")
        #expect(branch.base == head)
        #expect(branch.digest.map(ChangedFile.isDigest) == true)
        #expect(branch.isPushed)
        #expect(branch.files.map(\.path) == ["envs/test/kustomization.yaml"])
        #expect((branch.files.first?.added ?? 0) >= 3)
        #expect(view.steps.map(\.state) == [.succeeded, .succeeded, .succeeded, .succeeded])
        #expect(view.steps.last?.message.contains("would push main") == true)
        #expect(view.steps.last?.message.contains("(preview)") == true)
        #expect(view.results.contains { $0.config != nil })
        #expect(view.artifacts.map(\.new) == ["1.0.0"])
        #expect(view.artifacts.map(\.old) == [nil])
        #expect(view.replacement.when == .never)
        #expect(harness.remote.head("main") == head)
        var after = await harness.state
        #expect(after.promotions.isEmpty)
        after.notices = before.notices
        #expect(after == before)
    }

    @Test func `a promotion from a preview pushes what it has shown`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let view = try await Self.preview(harness, of: id)
        let record = try await Self.promote(harness, id, PromotionConsent(preview: view.id))
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.previewed?.preview == view.id)
        #expect(record.branches.first?.tree == view.branches.first?.tree)
        #expect(record.branches.first?.preview == nil)
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test func `a branch that moved elsewhere keeps the preview, and one that moved there does not`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let view = try await Self.preview(harness, of: id)
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["README"] = "by somebody else"
        try await harness.remote.seed(files: files, message: "elsewhere")
        let same = try await Self.promote(harness, id, PromotionConsent(preview: view.id))
        #expect(same.phase == .succeeded, "\(same.message)")

        let next = try #require(freight["1.1.0"])
        let second = try await Self.preview(harness, of: next)
        files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/test/kustomization.yaml", default: ""] += "# theirs\n"
        try await harness.remote.seed(files: files, message: "there")
        let head = harness.remote.head("main")
        let outdated = try await Self.promote(harness, next, PromotionConsent(preview: second.id))
        #expect(outdated.phase == .failed)
        #expect(outdated.message.contains("preview \(second.id) is outdated"), "\(outdated.message)")
        #expect(outdated.outdated?.branches.first?.shown == second.branches.first?.digest)
        #expect(outdated.outdated?.branches.first?.found != nil)
        #expect(outdated.outdated?.branches.first?.files == ["envs/test/kustomization.yaml"])
        #expect(outdated.branches.count == 1)
        #expect(outdated.branches.first?.pushed == false)
        #expect(outdated.branches.first?.diff?.contains("# theirs") == true)
        #expect(harness.remote.head("main") == head)
        let shown = try await harness.pipelines.promotion(outdated.id)
        #expect(shown.code == "preview-outdated")
        let retried = try await harness.pipelines.retryPromotions(
            [outdated.id],
            project: nil,
            failedOnly: true,
            actor: "ada"
        )
        #expect(retried.first?.started == nil)
        #expect(retried.first?.detail.contains("outdated") == true)
    }

    @Test func `what has arrived meanwhile is not what was shown`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let first = try await Self.preview(harness, of: id)
        let second = try await Self.preview(harness, of: id, by: "bob")
        #expect(first.branches.first?.digest == second.branches.first?.digest)
        #expect(try await Self.promote(harness, id, PromotionConsent(preview: first.id)).phase == .succeeded)
        let late = try await Self.promote(harness, id, PromotionConsent(preview: second.id), by: "bob")
        #expect(late.phase == .failed)
        #expect(late.message.contains("now nothing would change"), "\(late.message)")
    }

    @Test func `two people who click at once start one promotion`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let views = [try await Self.preview(harness, of: id), try await Self.preview(harness, of: id, by: "bob")]
        let results = await withTaskGroup(of: Result<PromotionView, any Error>.self) { group in
            for view in views {
                group.addTask {
                    do {
                        return .success(
                            try await harness.pipelines.promote(
                                stage: Self.key,
                                freight: id,
                                consent: PromotionConsent(preview: view.id),
                                actor: view.actor
                            )
                        )
                    } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let failures = results.compactMap {
            if case .failure(let error) = $0 { error as? OperatorFailure } else { nil }
        }
        #expect(failures.count == 1)
        if case .nothingToDo? = failures.first {} else { Issue.record("\(failures)") }
        try await harness.engine.drain()
        #expect(await harness.promotions(.succeeded).count == 1)
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test func `what was shown holds after a restart`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let view = try await Self.preview(harness, of: id)
        _ = try await harness.pipelines.promote(
            stage: Self.key,
            freight: id,
            consent: PromotionConsent(preview: view.id),
            actor: "ada"
        )
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/test/kustomization.yaml", default: ""] += "# theirs\n"
        try await harness.remote.seed(files: files, message: "while it was down")
        let again = try await EngineHarness(store: harness.store, remote: harness.remote)
        var configuration = again.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        again.engine.core.configuration = configuration
        try await again.engine.drain()
        #expect(await again.promotions(.failed).map(\.outdated?.preview) == [view.id])
        #expect(try await again.tag("test") == "0.9.0")
    }

    @Test func `in observe mode a preview shows what is observed, and a promotion from it pushes nothing`() async throws
    {
        let (harness, freight) = try await Self.harness(mode: .observe)
        let id = try #require(freight["1.0.0"])
        let view = try await Self.preview(harness, of: id)
        #expect(view.state == .succeeded)
        #expect(view.mode == .observe)
        #expect(view.branches.first?.isPushed == false)
        #expect(view.branches.first?.files.count == 1)
        let record = try await Self.promote(harness, id, PromotionConsent(preview: view.id))
        #expect(record.phase == .succeeded)
        #expect(try await harness.tag("test") == "0.9.0")
    }

    @Test func `limits are shown, and accepted by digest for exactly that difference`() async throws {
        let (harness, freight) = try await Self.harness()
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.limits.changedFiles = 0
        harness.engine.core.configuration = configuration
        let id = try #require(freight["1.0.0"])
        let view = try await Self.preview(harness, of: id)
        #expect(view.state == .succeeded)
        let digest = try #require(view.branches.first?.digest)
        #expect(view.acceptanceNeeded == [digest])
        // How it is accepted is said once, with the preview.
        let exceeded = view.branches.first?.exceeded ?? ""
        #expect(exceeded.hasSuffix("(changedFiles 0, deletedFiles 0)"), "\(exceeded)")
        await #expect(throws: OperatorFailure.self) {
            _ = try await Self.promote(harness, id, PromotionConsent(preview: view.id))
        }
        let refused = try await Self.promote(harness, id, PromotionConsent())
        #expect(refused.phase == .failed)
        #expect(refused.message.contains("--accept \(digest)"), "\(refused.message)")
        let other = String(repeating: "0", count: 64)
        let wrong = try await Self.promote(harness, id, PromotionConsent(accept: [other]))
        #expect(wrong.phase == .failed)
        let accepted = try await Self.promote(harness, id, PromotionConsent(accept: [digest], preview: view.id))
        #expect(accepted.phase == .succeeded, "\(accepted.message)")
        #expect(try await harness.tag("test") == "1.0.0")
    }

    @Test func `one tree is accepted beside digests, as the message of a merge may name them`() throws {
        let (digest, tree) = (String(repeating: "d", count: 64), String(repeating: "e", count: 40))
        let accepted = try AcceptedDifferences([digest, tree])
        #expect(accepted.digests == [digest] && accepted.tree == ObjectID(tree))
        #expect(throws: OperatorFailure.self) { try AcceptedDifferences([tree, tree]) }
    }

    @Test func `a digest replaces no other rule`() async throws {
        let harness = try await EngineHarness(copyingTo: "stage/test", foreignCommits: .stop)
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var files = try #require(try await harness.remote.files(branch: "stage/test"))
        files["hotfix.yaml"] = "theirs"
        try await harness.remote.seed(branch: "stage/test", files: files, message: "hotfix")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let failed = try #require(await harness.promotions(.failed).first)
        let view = try await Self.preview(harness, of: failed.freight.text)
        #expect(view.state == .failed)
        #expect(view.message.contains("Someone <someone@example.com> (hotfix)"), "\(view.message)")
        await #expect(throws: OperatorFailure.self) {
            _ = try await Self.promote(harness, failed.freight.text, PromotionConsent(preview: view.id))
        }
        let digest = view.branches.first?.digest ?? String(repeating: "0", count: 64)
        let again = try await Self.promote(harness, failed.freight.text, PromotionConsent(accept: [digest]))
        #expect(again.phase == .failed)
        #expect(again.message.contains("(hotfix)"))
    }

    @Test func `a preview belongs to its stage and freight`() async throws {
        let (harness, freight) = try await Self.harness(stages: ["other", "test"])
        let (old, new) = (try #require(freight["1.0.0"]), try #require(freight["1.1.0"]))
        let view = try await Self.preview(harness, of: old)
        let consent = PromotionConsent(preview: view.id)
        await #expect(throws: OperatorFailure.self) { _ = try await Self.promote(harness, new, consent) }
        await #expect(throws: OperatorFailure.self) {
            _ = try await harness.pipelines.promote(
                stage: StageKey(project: "shop", name: "other"),
                freight: old,
                consent: consent,
                actor: "ada"
            )
        }
        await #expect(throws: OperatorFailure.self) {
            _ = try await Self.promote(harness, old, PromotionConsent(preview: "unknown"))
        }
    }

    @Test func `older freight is a rollback, and the preview says what comes after it`() async throws {
        let (harness, freight) = try await Self.harness()
        let (old, new) = (try #require(freight["1.0.0"]), try #require(freight["1.1.0"]))
        #expect(try await Self.promote(harness, new, PromotionConsent()).phase == .succeeded)
        let view = try await Self.preview(harness, of: old)
        #expect(view.rollback.isRollback, "\(view.rollback.reason)")
        #expect(view.artifacts.map(\.old) == ["1.1.0"])
        #expect(view.state == .succeeded, "\(view.message)")
        // The newest was promoted, so that nothing puts it back by itself.
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = [
            PromotionPolicy(selector: StageSelector(), autoPromotionEnabled: true, place: EngineHarness.place)
        ]
        harness.engine.core.configuration = configuration
        #expect(try await harness.pipelines.preview(view.id).replacement.when == .withNewFreight)
    }

    @Test func `two previews of a token run at once, eight in all, and others are told to wait`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        var begun: [PreviewView] = []
        for number in 0..<PreviewBook.maxRunning {
            begun.append(
                try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "token-\(number / 2)")
            )
        }
        for actor in ["token-0", "somebody"] {
            do {
                _ = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: actor)
                Issue.record("a preview too many began")
            } catch OperatorFailure.tooManyPreviews(let words) {
                #expect(words.contains("previews"))
            }
        }
        // One that is canceled makes room, and does not run.
        let canceled = try await harness.pipelines.cancelPreview(begun[0].id, actor: "token-0")
        #expect(canceled.state == .canceled)
        _ = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "token-0")
        await harness.engine.drainPreviews()
        #expect(try await harness.pipelines.preview(begun[0].id).state == .canceled)
        #expect(try await harness.pipelines.preview(begun[1].id).state == .succeeded)
        // What has ended is forgotten by another delete.
        _ = try await harness.pipelines.cancelPreview(begun[0].id, actor: "token-0")
        await #expect(throws: OperatorFailure.self) { _ = try await harness.pipelines.preview(begun[0].id) }
        harness.clock.advance(PreviewBook.keptFor)
        await #expect(throws: OperatorFailure.self) { _ = try await harness.pipelines.preview(begun[1].id) }
    }

    @Test func `what becomes of a preview is told as it happens`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let feed = harness.engine.core.ledger.feed
        func told(after revision: Revision) -> [ChangeEvent] {
            guard case .changes(let changes) = feed.read(after: revision, limit: 1_000) else { return [] }
            return changes.filter { $0.object.kind == .preview }
        }
        let start = feed.revision
        let begun = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "ada")
        let object = ChangedObject(.preview, project: "shop", name: begun.id)
        #expect(told(after: start).map(\.object) == [object])
        let beforeRun = feed.revision
        await harness.engine.drainPreviews()
        // Each step that begins or ends, and the end of all.
        #expect(told(after: beforeRun).count > begun.steps.count)
        #expect(told(after: beforeRun).allSatisfy { $0.object == object && !$0.isRemoved })
        let beforeDelete = feed.revision
        _ = try await harness.pipelines.cancelPreview(begun.id, actor: "ada")
        #expect(told(after: beforeDelete).map(\.isRemoved) == [true])
    }

    @Test func `whoever looks at a preview hears that somebody promoted from it, and which promotion that is`()
        async throws
    {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let feed = harness.engine.core.ledger.feed
        let shown = try await Self.preview(harness, of: id)
        #expect(shown.promotion == nil)
        let before = feed.revision
        let made = try await harness.pipelines.promote(
            stage: Self.key,
            freight: id,
            consent: PromotionConsent(preview: shown.id),
            actor: "bob"
        )
        let object = ChangedObject(.preview, project: "shop", name: shown.id)
        guard case .changes(let changes) = feed.read(after: before, limit: 1_000) else {
            Issue.record("the changes are lost")
            return
        }
        #expect(changes.contains { $0.object == object && !$0.isRemoved })
        #expect(try await harness.pipelines.preview(shown.id).promotion == made.id)
    }

    @Test func `a preview that is kept no longer is told as removed, though nobody asks for it`() async throws {
        let (harness, freight) = try await Self.harness()
        let shown = try await Self.preview(harness, of: try #require(freight["1.0.0"]))
        let feed = harness.engine.core.ledger.feed
        let before = feed.revision
        harness.clock.advance(.seconds(10))
        let rest = PreviewBook.keptFor - .seconds(10)
        #expect(harness.engine.previews.forgetOld(now: harness.clock.now()) == rest)
        harness.clock.endAtOnce(rest)
        let service = Task {
            await PreviewService(core: harness.engine.core, book: harness.engine.previews).run()
        }
        try await eventually("the service to wait for that time") { harness.clock.hasSlept(for: rest) }
        #expect(feed.revision == before)
        harness.clock.advance(rest)
        let object = ChangedObject(.preview, project: "shop", name: shown.id)
        try await eventually("the removal on the stream") {
            guard case .changes(let changes) = feed.read(after: before, limit: 10) else { return false }
            return changes.contains { $0.object == object && $0.isRemoved }
        }
        service.cancel()
        await service.value
    }

    @Test func `previews that are asked for together go on by themselves, two at once`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let revision = harness.engine.core.ledger.feed.revision
        var made: [PreviewView] = []
        for _ in 0..<5 {
            made.append(
                try await harness.pipelines.createPreview(stage: Self.key, freight: id, mayWait: true, actor: "ada")
            )
        }
        #expect(made.allSatisfy { $0.state == .waiting })
        // Those that wait take no place of those that cannot.
        let other = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "bob")
        let book = harness.engine.previews
        let begun = [book.takeNext(), book.takeNext(), book.takeNext()].compactMap(\.self)
        #expect(Set(begun.map(\.id)) == Set([made[0].id, made[1].id, other.id]))
        #expect(book.takeNext() == nil)
        #expect(try await harness.pipelines.preview(made[2].id).state == .waiting)
        await #expect(throws: OperatorFailure.self) {
            _ = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "ada")
        }
        // One that ends lets the next one begin, with nobody asking; one that is canceled before never runs.
        _ = try await harness.pipelines.cancelPreview(made[3].id, actor: "ada")
        let service = Task { await PreviewService(core: harness.engine.core, book: book).run() }
        for entry in begun { book.end(entry.id, .failed("ended by the test"), at: harness.clock.now()) }
        try await eventually("the previews that wait") {
            for place in [2, 4] {
                guard try await harness.pipelines.preview(made[place].id).state == .succeeded else { return false }
            }
            return true
        }
        #expect(try await harness.pipelines.preview(made[3].id).state == .canceled)
        service.cancel()
        await service.value
        // Pages follow: the stream says that the preview has changed.
        guard case .changes(let changes) = harness.engine.core.ledger.feed.read(after: revision, limit: 1000) else {
            Issue.record("the changes are lost")
            return
        }
        for place in 2..<5 {
            #expect(changes.contains { $0.object == ChangedObject(.preview, project: "shop", name: made[place].id) })
        }
    }

    @Test func `when the server stops, previews end and no other begins`() async throws {
        let (harness, freight) = try await Self.harness()
        let id = try #require(freight["1.0.0"])
        let begun = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "ada")
        let service = Task { await PreviewService(core: harness.engine.core, book: harness.engine.previews).run() }
        service.cancel()
        await service.value
        #expect(try await harness.pipelines.preview(begun.id).state != .running)
        await #expect(throws: OperatorFailure.unavailable("the server is stopping")) {
            _ = try await harness.pipelines.createPreview(stage: Self.key, freight: id, actor: "ada")
        }
    }
}
