import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayEngine

/// T6: events, in whatever order they come, lead to what a fresh look finds.
///
/// Each history comes from a seed, which a failure prints.
struct SameAnswerTests {
    static let seeds = Array<UInt64>(1...24)

    @Test(arguments: ImageSubscription.Strategy.allCases, seeds)
    func `events about images and a fresh look give the same answer`(
        _ strategy: ImageSubscription.Strategy,
        _ seed: UInt64
    ) async throws {
        var random = Seeded(seed)
        let follows = strategy == .digest || random.below(2) == 0
        let subscription = ImageSubscription(
            repoURL: EngineHarness.image,
            key: ImageKey(normalised: EngineHarness.image),
            strategy: strategy,
            constraint: strategy == .digest ? "1.1.0" : nil,
            onTagMoved: follows ? .follow : .hold,
            place: EngineHarness.place
        )
        let registry = ChangingRegistry()
        let story = try await Story(.image(subscription), registry: registry)
        var isDeleted = false
        for _ in 0..<14 {
            let tag = random.pick(["0.9.0", "1.0.0", "1.1.0", "2.0.0", "2.1.0-rc.1"])
            switch random.below(6) {
            case 0:
                registry.remove(tag)
                isDeleted = true
            case 1: try await story.deliver(&random, all: false)
            default:
                let digest = registry.put(tag, kind: random.below(5), builtAt: Int64(random.below(1000)))
                story.tell("image \(tag) \(digest)", isEvidence: random.below(2) == 0, registry.isRunnable(digest))
            }
        }
        try await story.deliver(&random, all: true)
        // No registry tells of what was deleted, and a proven event is believed about a tag that is new: a look finds both.
        if isDeleted || !follows { try await story.check() }
        let fresh = try await Story(.image(subscription), registry: registry)
        try await fresh.check()
        let (told, found) = (await story.newest, await fresh.newest)
        let held = await story.record?.held ?? []
        if let tag = held.first(where: { $0.tag == found?.imageName || $0.tag == told?.imageName }) {
            // Both have been told of the move; the content that was known stays.
            #expect(!follows && registry.digest(tag.tag) == tag.found, "seed \(seed)")
        } else if follows || held.isEmpty {
            let trace = try await story.trace
            #expect(told?.version == found?.version, "seed \(seed): \(trace)")
        }
        // Whatever was told, a further look changes nothing.
        try await story.check()
        let again = await story.newest
        #expect(again?.version == told?.version, "seed \(seed)")
    }

    @Test(arguments: [GitSubscription.Strategy.newestTag, .semVer, .lexical], seeds)
    func `events about tags and a fresh look give the same answer`(
        _ strategy: GitSubscription.Strategy,
        _ seed: UInt64
    ) async throws {
        var random = Seeded(seed)
        let remote = InMemoryGitRemote()
        var commits: [ObjectID] = []
        for number in 0..<8 {
            let path = random.below(2) == 0 ? "deploy/\(number)" : "docs/\(number)"
            let moment = Timestamp(seconds: Int64(random.below(100)))
            var files = try await remote.files(branch: "main") ?? [:]
            files[path] = "\(number)"
            commits.append(try await remote.seed(files: files, message: "\(number)", at: moment))
        }
        let isFiltered = random.below(2) == 0
        let subscription = GitSubscription(
            repoURL: remote.displayURL,
            key: RepositoryKey(normalised: "git.test/ops"),
            strategy: strategy,
            includePaths: isFiltered ? [.prefix("deploy")] : [],
            place: EngineHarness.place
        )
        let story = try await Story(.git(subscription), remote: remote)
        for _ in 0..<14 {
            let tag = random.pick(["v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v2.0.0", "archive-2025"])
            switch random.below(6) {
            case 0:
                remote.set("refs/tags/" + tag, to: nil)
                story.tell("untag \(tag)", isEvidence: true)
            case 1: try await story.deliver(&random, all: false)
            default:
                remote.set("refs/tags/" + tag, to: random.pick(commits))
                story.tell("tag \(tag)", isEvidence: random.below(2) == 0)
            }
        }
        try await story.deliver(&random, all: true)
        let fresh = try await Story(.git(subscription), remote: remote)
        try await fresh.check()
        let (told, found, trace) = (await story.newest, await fresh.newest, try await story.trace)
        #expect(told == found, "seed \(seed): \(trace)")
        try await story.check()
        let again = await story.newest
        #expect(told == again, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `events about a branch and a fresh look give the same answer`(_ seed: UInt64) async throws {
        var random = Seeded(seed)
        let remote = InMemoryGitRemote()
        let root = try await remote.seed(files: ["deploy/a": "0"], message: "root")
        let isFiltered = random.below(3) > 0
        let subscription = GitSubscription(
            repoURL: remote.displayURL,
            key: RepositoryKey(normalised: "git.test/ops"),
            branch: "main",
            includePaths: isFiltered ? [.prefix("deploy")] : [],
            place: EngineHarness.place
        )
        let story = try await Story(.git(subscription), remote: remote)
        if random.below(2) == 0 { try await story.check() }
        var heads = [root]
        for number in 0..<10 {
            guard random.below(5) > 0 else {
                try await story.deliver(&random, all: false)
                continue
            }
            let before = try #require(remote.head("main"))
            let isForced = random.below(6) == 0
            if isForced { remote.set("refs/heads/main", to: random.pick(heads)) }
            var changed: [String] = []
            for part in 0..<(random.below(3) + (isForced ? 0 : 1)) {
                let path = random.pick(["deploy/a", "docs/b", "src/c"])
                var files = try await remote.files(branch: "main") ?? [:]
                files[path] = "\(number).\(part)"
                try await remote.seed(files: files, message: "\(number).\(part)")
                changed.append(path)
            }
            let head = try #require(remote.head("main"))
            heads.append(head)
            // Senders leave lists out, and cut them.
            let list = random.below(3) == 0 ? "-" : random.below(4) == 0 ? "" : changed.joined(separator: ",")
            story.tell(
                "push \(before.hex) \(head.hex) \(isForced) \(list)",
                isEvidence: random.below(3) > 0
            )
        }
        try await story.deliver(&random, all: true)
        let fresh = try await Story(.git(subscription), remote: remote)
        try await fresh.check()
        let (told, found, trace) = (await story.newest, await fresh.newest, try await story.trace)
        #expect(told?.version == found?.version, "seed \(seed): \(trace)")
        let head = await story.record?.head
        #expect(head == remote.head("main"), "seed \(seed)")
    }
}

/// One warehouse with one subscription, and events about it that have not arrived yet.
private final class Story: Sendable {
    private let harness: EngineHarness
    private let key: SubscriptionKey
    private let waiting = Mutex<[(text: String, isEvidence: Bool)]>([])
    private let lines = Mutex<[String]>([])
    private let told = Mutex(0)

    init(_ subscription: Subscription, registry: any Registry = SilentRegistry(), remote: InMemoryGitRemote? = nil)
        async throws
    {
        harness = try await EngineHarness(stages: [], remote: remote, registry: registry)
        key = SubscriptionKey(
            warehouse: WarehouseKey(project: "shop", name: "app"),
            subscription: subscription.id
        )
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [subscription]
        configuration.receivers["hook"] = .init(scope: nil, projects: nil) { delivery in
            [Self.event(String(decoding: delivery.body, as: UTF8.self))]
        }
        harness.engine.core.configuration = configuration
    }

    private static func event(_ text: String) -> Event {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let repository = [RepositoryKey(normalised: "git.test/ops")]
        switch words[0] {
        case "image":
            return .image(
                ImageEvent(image: ImageKey(normalised: EngineHarness.image), tags: [words[1]], digest: words[2])
            )
        case "push":
            let files = words[4] == "-" ? nil : words[4].split(separator: ",").map(String.init)
            return .push(
                PushEvent(
                    repoKeys: repository,
                    ref: "refs/heads/main",
                    before: words[1],
                    commit: words[2],
                    forced: words[3] == "true",
                    changedFiles: files
                )
            )
        default:
            return .tag(TagEvent(repoKeys: repository, ref: "refs/tags/" + words[1], deleted: words[0] == "untag"))
        }
    }

    // Something happened: its event arrives later. A sender proves nothing of what only the manifest says.
    func tell(_ text: String, isEvidence: Bool, _ isPlain: Bool = true) {
        // Each delivery has a body of its own: what came before is a duplicate.
        let number = told.withLock { told in
            told += 1
            return told
        }
        waiting.withLock { $0.append(("\(text) \(number)", isEvidence && isPlain)) }
    }

    /// One of the events arrives, or all, in any order.
    func deliver(_ random: inout Seeded, all: Bool) async throws {
        repeat {
            let count = waiting.withLock { $0.count }
            guard count > 0 else { break }
            let index = random.below(count)
            let (text, isEvidence) = waiting.withLock { $0.remove(at: index) }
            harness.receive(text, isEvidence: isEvidence)
            try await settle()
        } while all
    }

    /// Until nothing waits for a tag that is not there any more.
    private func settle() async throws {
        for _ in 0..<12 {
            try await harness.engine.drain()
            guard try await harness.store.queue().waiting > 0 else { return }
            harness.clock.advance(.seconds(60))
        }
    }

    func check() async throws {
        let pipelines = harness.engine.core.configuration.pipelines
        let warehouse = try #require(pipelines.projects["shop"]?.warehouses["app"])
        let look = try await harness.engine.core.discover(warehouse, cause: "discovery")
        lines.withLock { $0 += look.trace + look.failures }
    }

    var record: SubscriptionRecord? { get async { await harness.state.subscriptions[key] } }
    var newest: Artifact? { get async { await record?.newest } }
    /// What each event and each look came to.
    var trace: String {
        get async throws {
            let deliveries = try await harness.pipelines.deliveries(state: nil, before: nil, limit: 100).reversed()
            let told = deliveries.map { "\($0.id) \($0.state.rawValue): \($0.reason)" }
            return (told + lines.withLock { $0 }).joined(separator: "\n")
        }
    }
}

extension Artifact {
    fileprivate var imageName: String? { if case .image(let image) = self { image.tag } else { nil } }

    fileprivate var version: String {
        switch self {
        case .image(let image): "\(image.tag)@\(image.digest)"
        case .commit(let commit): "\(commit.tag ?? "")@\(commit.id)"
        case .chart(let chart): chart.version
        }
    }
}

/// A registry whose tags are made, moved and removed.
private final class ChangingRegistry: Registry {
    private struct Content {
        var answer: ImageAnswer
        var builtAt: Timestamp
    }

    private struct State {
        var tags: [String: String] = [:]
        var contents: [String: Content] = [:]
    }

    private let state = Mutex(State())

    // `kind` 0: what cannot run. Gives the digest.
    func put(_ tag: String, kind: Int, builtAt: Int64) -> String {
        state.withLock { state in
            let digest = "sha256:" + SHA256.hex("\(state.contents.count)")
            let answer = kind == 0 ? ImageAnswer.notRunnable(kind: "a signature") : .found(digest)
            state.contents[digest] = Content(answer: answer, builtAt: Timestamp(seconds: builtAt))
            state.tags[tag] = digest
            return digest
        }
    }

    func remove(_ tag: String) { state.withLock { $0.tags[tag] = nil } }
    func digest(_ tag: String) -> String? { state.withLock { $0.tags[tag] } }
    func isRunnable(_ digest: String) -> Bool { state.withLock { $0.contents[digest]?.answer.digest != nil } }

    func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        state.withLock { state in state.contents[state.tags[reference] ?? reference]?.answer ?? .absent }
    }

    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String] {
        state.withLock { $0.tags.keys.sorted() }
    }

    func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? {
        state.withLock { state in state.contents[state.tags[reference] ?? reference]?.builtAt }
    }
}

/// Chance that is the same for the same seed: SplitMix64.
struct Seeded {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
