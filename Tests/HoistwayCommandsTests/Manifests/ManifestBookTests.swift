import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import HoistwayTestKit
import HoistwayTestServers
import Logging
import Synchronization
import Testing

@testable import HoistwayCommands

/// Which version of manifests runs, whatever happens to the repository and to this machine's files.
struct ManifestBookTests {
    private static let url = "https://git.test/pipelines.git"
    private let folder: TemporaryFolder
    private let remote = InMemoryGitRemote(url)

    init() async throws {
        folder = try TemporaryFolder("hoistway-book")
        try configure()
        try await commit(["shop"])
    }

    private func configure(
        projects: String = "all",
        local: String = "# nothing\n",
        path: String = "path: live, "
    ) throws {
        try folder.write(local, to: "local.yaml")
        try folder.write(
            """
            state: {url: "sqlite:./var/hoistway.db"}
            manifests:
              - local.yaml
              - git: {url: "\(Self.url)", ref: main, \(path)projects: \(projects)}
            """,
            to: "hoistway.yaml"
        )
    }

    private static func project(_ name: String) -> String {
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: \(name)}\n"
    }

    @discardableResult
    private func commit(_ projects: [String]) async throws -> ObjectID {
        try await remote.seed(files: ["live/a.yaml": projects.map(Self.project).joined(separator: "---\n")])
    }

    private var fetch: ManifestFetch {
        ManifestFetch(remotes: InMemoryGitRemotes([remote]), clock: SystemClock())
    }

    private func open(
        _ log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> ManifestBook {
        let opened = await ManifestBook.open(config: "\(folder.path)/hoistway.yaml", environment: [:]) { _ in log }
        return try #require(opened.book, "\(opened.problems)")
    }

    /// Looks at the source; gives the projects that were taken, `nil` where nothing was.
    @discardableResult
    private func check(_ book: ManifestBook) async throws -> [String]? {
        let taken = Mutex<[String]?>(nil)
        let source = try #require(await book.sources.first)
        try await book.check(at: source.source, with: fetch) { loaded in
            taken.withLock { $0 = loaded.pipelines.projects.keys.sorted() }
        }
        return taken.withLock { $0 }
    }

    private func kept() throws -> [String] {
        let path = "\(folder.path)/var/manifests"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return try names.map { try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8) }
    }

    private func view(_ book: ManifestBook) async throws -> ManifestSourceView {
        try #require(await book.views.first)
    }

    @Test func `a version is on the disk before anything is decided with it`() async throws {
        let book = try await open()
        try await check(book)
        let newer = try await commit(["more", "shop"])
        let atTaking = Mutex<[String]>([])
        let source = try #require(await book.sources.first)
        try await book.check(at: source.source, with: fetch) { _ in
            let found = try self.kept()
            atTaking.withLock { $0 = found }
        }
        let texts = atTaking.withLock { $0 }
        #expect(texts.count == 1 && texts.first?.contains(newer.hex) == true)
    }

    @Test func `what cannot be kept on the disk is not taken, says why, and is taken once it can be`() async throws {
        let book = try await open()
        try await check(book)
        let good = try await view(book).commit
        // A file where the folder should be: as if the disk were full, also for root.
        try FileManager.default.removeItem(atPath: "\(folder.path)/var/manifests")
        try folder.write("in the way", to: "var/manifests")
        let newer = try await commit(["more", "shop"])
        await #expect(throws: StoreFailure.self) { try await check(book) }
        let failing = try await view(book)
        #expect(failing.state == .failing && failing.commit == good)
        #expect(failing.problems.contains { $0.hasPrefix("\(newer.short) is not taken") }, "\(failing.problems)")
        try FileManager.default.removeItem(atPath: "\(folder.path)/var/manifests")
        #expect(try await check(book) == ["more", "shop"])
        #expect(try await view(book).state == .current)
    }

    @Test func `a kept version that is damaged is read again, and one that may not be any more waits`() async throws {
        try await check(open())
        #expect(try await view(open()).state == .current)
        let path = "\(folder.path)/var/manifests"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: path).first)
        let whole = try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
        try String(whole.prefix(whole.count / 2)).write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
        let damaged = try await open()
        #expect(try await view(damaged).state == .missing)
        #expect(try await check(damaged) == ["shop"])

        try configure(projects: "[other]")
        let narrowed = try await open()
        #expect(try await view(narrowed).state == .missing)
        #expect(try await view(narrowed).problems.contains { $0.contains("may not define") })
        try await commit(["other"])
        #expect(try await check(narrowed) == ["other"])
    }

    @Test func `what is refused before anything of it ran does not claim that something runs on`() async throws {
        let log = CollectedLog()
        try await remote.seed(files: ["live/a.yaml": "kind: [\n"])
        let book = try await open(log.logger)
        #expect(try await check(book) == nil)
        let missing = try await view(book)
        #expect(missing.state == .missing && missing.refused != nil)
        let shown = ManifestSourceView.list([missing])
        #expect(shown.contains("missing: nothing is decided until a version without errors has been read"), "\(shown)")
        let nothingRuns = "none of their source run: nothing is decided until a version has no errors"
        #expect(log.errors.count == 1 && log.errors.allSatisfy { $0.contains(nothingRuns) }, "\(log.errors)")

        try await commit(["shop"])
        #expect(try await check(book) == ["shop"])
        try await remote.seed(files: ["live/a.yaml": "kind: {\n"])
        #expect(try await check(book) == nil)
        #expect(log.errors.count == 2 && log.errors.last?.contains("what ran before runs on") == true, "\(log.errors)")

        // What ran is refused after a restart with fewer projects allowed.
        try configure(projects: "[other]")
        _ = try await open(log.logger)
        #expect(log.errors.count == 3 && log.errors.last?.contains(nothingRuns) == true, "\(log.errors)")
    }

    @Test func `what an earlier version kept of a whole repository is found`() async throws {
        try configure(path: "")
        try await check(open())
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/var/manifests")
        #expect(names == ["\(SHA256.hex("git.test/pipelines@main:").prefix(32)).json"])
        let restarted = try await view(open())
        #expect(restarted.state == .current && restarted.source == "git.test/pipelines@main", "\(restarted)")
    }

    @Test func `a reload that no longer allows what runs changes nothing, and says why`() async throws {
        let book = try await open()
        try await check(book)
        try configure(projects: "[other]")
        let failure = await #expect(throws: OperatorFailure.self) {
            _ = try await book.reload(with: { [fetch] _ in fetch }) { _ in Issue.record("nothing may be taken") }
        }
        let message = try #require(failure?.message)
        #expect(message.contains("nothing was changed") && message.contains("may not define"), "\(message)")
        let same = try await view(book)
        #expect(same.projects == nil && same.state == .current)
    }

    @Test func `a local file that somebody is editing is not taken over by a push, and holds up none`() async throws {
        let book = try await open()
        try await check(book)
        try configure(local: "kind: [\n")
        try await commit(["more", "shop"])
        #expect(try await check(book) == ["more", "shop"])
        try configure(local: Self.project("local"))
        try await commit(["shop"])
        #expect(try await check(book) == ["shop"], "nobody has asked for the local file")
    }

    @Test func `what a reload with a local mistake has found in Git is taken by the next look`() async throws {
        let book = try await open()
        try await check(book)
        try configure(local: "kind: [\n")
        try await commit(["more", "shop"])
        await #expect(throws: OperatorFailure.self) {
            _ = try await book.reload(with: { [fetch] _ in fetch }) { _ in Issue.record("nothing may be taken") }
        }
        #expect(try await check(book) == ["more", "shop"])
    }

    @Test func `a branch that is put back runs as it was, and one that is gone leaves what runs`() async throws {
        let book = try await open()
        try await check(book)
        let first = try #require(remote.head("main"))
        let second = try await commit(["more", "shop"])
        #expect(try await check(book) == ["more", "shop"])
        let ref = "refs/heads/main"
        _ = try await remote.push([RefUpdate(ref: ref, old: second, new: first)], pack: [])
        #expect(try await check(book) == ["shop"])
        _ = try await remote.push([RefUpdate(ref: ref, old: first, new: .zero)], pack: [])
        #expect(try await check(book) == nil)
        let gone = try await view(book)
        #expect(gone.state == .failing && gone.commit == first.hex)
        _ = try await remote.push([RefUpdate(ref: ref, old: .zero, new: second)], pack: [])
        #expect(try await check(book) == ["more", "shop"])
    }
}

/// Keeps the lines of a log.
private final class CollectedLog: Sendable {
    private let lines = Mutex<[(level: Logger.Level, text: String)]>([])

    var errors: [String] { lines.withLock { $0.filter { $0.level == .error }.map(\.text) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(log: CollectedLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
        }
    }
}
