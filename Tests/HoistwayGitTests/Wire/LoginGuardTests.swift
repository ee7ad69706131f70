import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Synchronization
import Testing

@testable import HoistwayGit

/// I3 and S3 where Git is spoken: a wrong password is tried once a minute, and what comes back of it is hidden.
struct LoginGuardTests {
    private static let password = "wrong/pass+word"

    private final class HandClock: WallClock {
        private let moment = Mutex(Timestamp(seconds: 1_800_000_000))
        func now() -> Timestamp { moment.withLock { $0 } }
        func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
        func sleep(for duration: Duration) async throws { try await Task.sleep(for: .seconds(3600)) }
    }

    private struct OneLogin: CredentialBook {
        var password: String

        func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? {
            Credential(
                name: "shop/git",
                project: "shop",
                kind: .git,
                login: .password(username: "deployer", password: Secret(password))
            )
        }
    }

    private static func book(_ clock: any WallClock, password: String = password) -> RemoteBook {
        RemoteBook(
            settings: GitSettings(cachePath: nil),
            credentials: OneLogin(password: password),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func `a wrong password is tried once a minute, however many ask for however many repositories`() async throws
    {
        let server = try ScriptedServer.echo("401 Unauthorized")
        defer { server.stop() }
        let clock = HandClock()
        let book = Self.book(clock)
        for round in 1...2 {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        let failure = await #expect(throws: GitFailure.self) {
                            let url = "http://127.0.0.1:\(server.port)/app\(number % 3).git"
                            let remote = try book.remote(url, project: "shop", insecureSkipTLSVerify: false)
                            _ = try await remote.refs(prefixes: [])
                        }
                        let words = failure?.message ?? ""
                        switch failure {
                        case .unauthorized: break
                        // Another repository got the refusal: this one was not asked, and that is no try of it.
                        case .notAsked(_, let refusal):
                            #expect(words.contains("was not asked: its login was refused by http://127.0.0.1"))
                            #expect(failure?.retry == .notSent(refusal.pause))
                            #expect(refusal.pause > .zero && refusal.pause <= LoginGuard.rest + .seconds(10))
                        default: Issue.record("\(String(describing: failure))")
                        }
                        #expect(words.contains("***"))
                        #expect(!words.contains(Base64.encode(Array("deployer:\(Self.password)".utf8))))
                    }
                }
            }
            #expect(server.received.count == round)
            clock.advance(.seconds(61))
        }
        // Another password is another login.
        book.replace(settings: GitSettings(cachePath: nil), credentials: OneLogin(password: "a new one"))
        let remote = try book.remote(
            "http://127.0.0.1:\(server.port)/app0.git",
            project: "shop",
            insecureSkipTLSVerify: false
        )
        await #expect(throws: GitFailure.self) { _ = try await remote.refs(prefixes: []) }
        #expect(server.received.count == 3)
        let sent = Base64.encode(Array("deployer:a new one".utf8))
        #expect(server.received.last?.header("authorization") == "Basic \(sent)")
        await book.close()
    }

    @Test func `a person who retries has a refused login tried at once, for that repository`() async throws {
        let server = try ScriptedServer.echo("401 Unauthorized")
        defer { server.stop() }
        let book = Self.book(HandClock())
        let urls = ["app", "other"].map { "http://127.0.0.1:\(server.port)/\($0).git" }
        func ask(_ url: String) async throws {
            let remote = try book.remote(url, project: "shop", insecureSkipTLSVerify: false)
            await #expect(throws: GitFailure.self) { _ = try await remote.refs(prefixes: []) }
        }
        try await ask(urls[0])
        book.liftRefusals(of: RepositoryIdentity(urls[1]))
        try await ask(urls[0])
        #expect(server.received.count == 1)
        book.liftRefusals(of: RepositoryIdentity(urls[0]))
        try await ask(urls[0])
        #expect(server.received.count == 2)
        // The other one waits for the answer that this one has got.
        try await ask(urls[1])
        #expect(server.received.count == 2)
        book.liftRefusals(of: RepositoryIdentity(urls[1]))
        try await ask(urls[1])
        #expect(server.received.count == 3)
        await book.close()
    }

    @Test func `a repository that a login may not see holds up no other that it may see`() async {
        let clock = HandClock()
        let guarding = LoginGuard(clock: clock)
        let key = LoginGuard.Key(host: "git.example.com:443", digest: "d")
        #expect(await guarding.enter(key, for: "good") == nil)
        guarding.leave(key, for: "good", .accepted)
        #expect(await guarding.enter(key, for: "bad") == nil)
        guarding.leave(key, for: "bad", .refused("no"))
        #expect(await guarding.enter(key, for: "bad")?.words == "no")
        #expect(await guarding.enter(key, for: "good") == nil)
        // The password has changed at the host: from now on it is nobody's.
        guarding.leave(key, for: "good", .refused("wrong"))
        #expect(await guarding.enter(key, for: "third")?.words == "wrong")
        clock.advance(.seconds(60))
        #expect(await guarding.enter(key, for: "third") == nil)
        guarding.leave(key, for: "third", .unknown)
        clock.advance(.seconds(-3600))
        #expect(await guarding.enter(key, for: "third") == nil)
        guarding.leave(key, for: "third", .unknown)
    }

    @Test func `repositories that were turned away are asked first, in their order, once the rest is over`() async {
        let clock = HandClock()
        let guarding = LoginGuard(clock: clock)
        let key = LoginGuard.Key(host: "git.example.com:443", digest: "d")
        #expect(await guarding.enter(key, for: "bad") == nil)
        guarding.leave(key, for: "bad", .refused("no"))
        let first = await guarding.enter(key, for: "first")
        #expect(first?.repository == "bad" && first?.pause == .seconds(60))
        #expect(await guarding.enter(key, for: "second")?.pause == .seconds(70))
        clock.advance(.seconds(60))
        // The one that refused comes first and must wait for those that it held up.
        let again = await guarding.enter(key, for: "bad")
        #expect(again?.repository == "bad" && again?.pause == .seconds(10))
        #expect(await guarding.enter(key, for: "second")?.pause == .seconds(10))
        #expect(await guarding.enter(key, for: "first") == nil)
        guarding.leave(key, for: "first", .accepted)
        // Taken by one: nobody waits any more, and the other refusal is a matter of rights.
        #expect(await guarding.enter(key, for: "second") == nil)
        guarding.leave(key, for: "second", .accepted)
        #expect(await guarding.enter(key, for: "bad") == nil)
        guarding.leave(key, for: "bad", .refused("no"))
        #expect(await guarding.enter(key, for: "second") == nil)
        guarding.leave(key, for: "second", .accepted)
    }

    @Test func `one that was to be asked first and does not come holds up nobody for long`() async {
        let clock = HandClock()
        let guarding = LoginGuard(clock: clock)
        let key = LoginGuard.Key(host: "git.example.com:443", digest: "d")
        #expect(await guarding.enter(key, for: "bad") == nil)
        guarding.leave(key, for: "bad", .refused("no"))
        #expect(await guarding.enter(key, for: "gone") != nil)
        clock.advance(.seconds(70))
        #expect(await guarding.enter(key, for: "third") == nil)
        guarding.leave(key, for: "third", .unknown)
    }

    @Test(arguments: ["403 Forbidden", "500 Internal Server Error", "401 Unauthorized", "418 Teapot"])
    func `what a server repeats of a request is hidden in the failure`(status: String) async throws {
        let server = try ScriptedServer.echo(status)
        defer { server.stop() }
        let book = Self.book(HandClock())
        let remote = try book.remote(server.url, project: "shop", insecureSkipTLSVerify: false)
        let failure = await #expect(throws: GitFailure.self) { _ = try await remote.refs(prefixes: []) }
        let text = try #require(failure).description
        #expect(text.contains("***"), "\(text)")
        #expect(!text.contains(Base64.encode(Array("deployer:\(Self.password)".utf8))), "\(text)")
        await book.close()
    }

    @Test func `a login page, a redirect to one and a web server without Git are told apart`() async throws {
        let cases: [(ScriptedServer, String)] = [
            (try .loginPage(), "page for browsers"), (try .redirectToLogin(), "page to log in"),
            (try .dumbHTTP(), "dumb HTTP"), (try .echoInRedirect(), "redirects"),
        ]
        for (server, words) in cases {
            defer { server.stop() }
            let book = Self.book(HandClock())
            let remote = try book.remote(server.url, project: "shop", insecureSkipTLSVerify: false)
            let failure = await #expect(throws: GitFailure.self) { _ = try await remote.refs(prefixes: []) }
            #expect(failure?.retry == .few, "\(String(describing: failure))")
            #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
            #expect(failure?.message.contains(Base64.encode(Array("deployer:\(Self.password)".utf8))) == false)
            await book.close()
        }
    }

    /// S9: whatever way of writing it there is.
    @Test(arguments: ["file:///srv/app.git", "FILE:///srv/app.git", "file://localhost/srv/app.git", "/srv/app.git"])
    func `a path of this machine is refused to projects whose manifests come from Git`(url: String) throws {
        var settings = GitSettings(cachePath: nil)
        settings.projectsWithoutFiles = ["shop"]
        let book = RemoteBook(
            settings: settings,
            credentials: OneLogin(password: "x"),
            clock: HandClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        #expect(throws: GitFailure.self) { try book.remote(url, project: "shop", insecureSkipTLSVerify: false) }
        #expect(throws: Never.self) { try book.remote(url, project: "other", insecureSkipTLSVerify: false) }
    }
}
