import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayEngine

/// Stages that write one branch take turns, however they write the repository's URL.
struct LaneSpellingTests {
    private static let urls = [
        "https://git.test/ops.git", "https://GIT.test/ops", "https://git.test:443/ops.git/",
        "${{ 'https://git.test/' + (imageFrom('ghcr.io/acme/app').Tag == '' ? 'none' : 'ops') }}",
    ]

    private static func steps(_ stage: String, _ url: String) -> [StepTemplate] {
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
        return EngineHarness.templates([
            ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
            ("kustomize-set-image", ["path": .string("./repo/envs/\(stage)")]),
            ("git-commit", ["path": .string("./repo")]),
            ("git-push", ["path": .string("./repo")]),
        ])
    }

    @Test func `no update is lost, no push is rejected, and nobody is taken for another writer`() async throws {
        let stages = Self.urls.indices.map { "s\($0)" }
        let remote = InMemoryGitRemote("https://git.test/ops.git")
        var files: [String: String] = [:]
        for stage in stages { files["envs/\(stage)/kustomization.yaml"] = EngineHarness.kustomization("0.9.0") }
        try await remote.seed(files: files)
        let remotes = SpelledRemotes(remote)
        let harness = try await EngineHarness(stages: stages, remote: remote, remotes: remotes)
        var configuration = harness.engine.core.configuration
        for (stage, url) in zip(stages, Self.urls) {
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(Self.steps(stage, url))
        }
        harness.engine.core.configuration = configuration
        let serving = Task { try await harness.engine.run() }
        defer { serving.cancel() }
        for (round, tag) in ["1.0.0", "1.1.0"].enumerated() {
            harness.receive(tag)
            harness.engine.inbox.notify()
            let wanted = stages.count * (round + 1)
            try await eventually("the promotions") {
                await harness.state.promotions.values.filter(\.phase.isTerminal).count == wanted
            }
            #expect(await harness.promotions(.succeeded).count == wanted)
            for stage in stages { #expect(try await harness.tag(stage) == tag) }
        }
        #expect(remotes.rejected == 0)
        #expect(await harness.state.branches.count == 1)
        #expect(await harness.promotions(.succeeded).compactMap(\.warnings) == [])
    }

    @Test func `the lane is that of the evaluated repository`() async throws {
        let harness = try await EngineHarness(stages: ["test"])
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var record = try #require(await harness.promotions(.succeeded).first)
        var lanes: Set<LaneKey> = []
        for (number, url) in Self.urls.enumerated() {
            record.id = PromotionID("test.\(number)")
            record.steps = Self.steps("test", url)
            lanes.insert(await harness.engine.core.lane(of: record))
        }
        #expect(lanes == [LaneKey(project: "shop", repository: "git.test/ops")])
        record.id = PromotionID("test.other")
        record.steps = Self.steps("test", "https://git.test/Ops")
        #expect(await harness.engine.core.lane(of: record).repository == "git.test/Ops")
    }
}

/// One repository under each spelling of its URL; what is made for one spelling is there for the others once it is
/// pushed.
private final class SpelledRemotes: GitRemotes {
    struct State {
        var remotes: [String: SpelledRemote] = [:]
        /// Whose objects they are, until they are pushed.
        var owners: [ObjectID: String] = [:]
        var rejected = 0
    }

    let remote: InMemoryGitRemote
    let state = Mutex(State())

    var rejected: Int { state.withLock(\.rejected) }

    init(_ remote: InMemoryGitRemote) {
        self.remote = remote
    }

    func remote(
        _ url: String,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(GitFailure) -> any GitRemote {
        guard RepositoryIdentity(url).text == "git.test/ops" else {
            throw .unreachable(url: url, detail: "no such host")
        }
        return state.withLock { state in
            if let known = state.remotes[url] { return known }
            let made = SpelledRemote(displayURL: url, book: self)
            state.remotes[url] = made
            return made
        }
    }
}

private final class SpelledRemote: GitRemote {
    let displayURL: String
    private let book: SpelledRemotes

    private var remote: InMemoryGitRemote { book.remote }

    init(displayURL: String, book: SpelledRemotes) {
        self.displayURL = displayURL
        self.book = book
    }

    private func see(_ id: ObjectID) throws(GitFailure) {
        let owner = book.state.withLock { $0.owners[id] }
        guard owner == nil || owner == displayURL else { throw .missingObject(url: displayURL, id) }
    }

    private func own(_ id: ObjectID) -> ObjectID {
        book.state.withLock { state in
            if state.owners[id] == nil { state.owners[id] = displayURL }
        }
        return id
    }

    func refs(prefixes: [String]) async throws(GitFailure) -> RefSnapshot { try await remote.refs(prefixes: prefixes) }
    func load(_ wants: [PathWant]) async throws(GitFailure) { try await remote.load(wants) }
    func commit(_ id: ObjectID) async throws(GitFailure) -> CommitRecord {
        try see(id)
        return try await remote.commit(id)
    }
    func tag(_ id: ObjectID) async throws(GitFailure) -> TagRecord? { try await remote.tag(id) }
    func tree(_ id: ObjectID) async throws(GitFailure) -> [TreeEntry] { try await remote.tree(id) }
    func blob(_ id: ObjectID) async throws(GitFailure) -> [UInt8] { try await remote.blob(id) }
    func history(from tip: ObjectID, until known: ObjectID?, limit: Int) async throws(GitFailure) -> [CommitRecord] {
        try see(tip)
        return try await remote.history(from: tip, until: known, limit: limit)
    }
    func makeBlob(_ bytes: [UInt8]) async throws(GitFailure) -> ObjectID { try await remote.makeBlob(bytes) }
    func makeTree(_ entries: [TreeEntry]) async throws(GitFailure) -> ObjectID { try await remote.makeTree(entries) }
    func makeCommit(_ draft: CommitDraft) async throws(GitFailure) -> ObjectID {
        own(try await remote.makeCommit(draft))
    }
    func makeTag(_ draft: TagDraft) async throws(GitFailure) -> ObjectID { own(try await remote.makeTag(draft)) }
    func pack(for updates: [RefUpdate]) async throws(GitFailure) -> [UInt8] { try await remote.pack(for: updates) }
    func push(_ updates: [RefUpdate], pack: [UInt8]) async throws(GitFailure) -> [RefResult] {
        let results = try await remote.push(updates, pack: pack)
        book.state.withLock { state in
            state.rejected += results.count { $0 != .pushed }
            if results.allSatisfy({ $0 == .pushed }) { state.owners = state.owners.filter { $0.value != displayURL } }
        }
        return results
    }
}
