import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Synchronization
import Testing

@testable import HoistwayRegistry

/// I3 at registries: a login that was refused rests for a minute, so that no account gets locked.
struct RegistryLoginTests {
    private final class HandClock: WallClock {
        private let moment = Mutex(Timestamp(seconds: 1_800_000_000))
        func now() -> Timestamp { moment.withLock { $0 } }
        func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
        func sleep(for duration: Duration) async throws { try await Task.sleep(for: .seconds(3600)) }
    }

    private static let login = (username: "robot", password: "old-password")

    private static func client(_ host: String, _ guarding: LoginGuard) -> OCIRegistryClient {
        OCIRegistryClient(
            credentials: TestCredentials(logins: ["\(host)/team/a": login, "\(host)/team/b": login]),
            loginGuard: guarding
        )
    }

    @Test(arguments: [false, true])
    func `a refused login is sent once a minute, to the registry or to its token server`(hasTokens: Bool) async throws {
        let registry = try await FakeRegistry.start { request in
            if request.authorization?.hasPrefix("Basic") == true || request.uri.hasPrefix("/token") {
                return FakeRegistry.Answer(status: 401)
            }
            let realm = hasTokens ? "Bearer realm=\"http://127.0.0.1:\(request.port)/token\"" : "Basic realm=\"r\""
            return FakeRegistry.Answer(status: 401, headers: [("WWW-Authenticate", realm)])
        }
        defer { registry.stop() }
        let host = "127.0.0.1:\(registry.port)"
        let clock = HandClock()
        let guarding = LoginGuard(clock: clock)
        // A reload brings another client; the guard stays.
        for round in 1...2 {
            for _ in 1...2 {
                let client = Self.client(host, guarding)
                for name in ["a", "b", "a"] {
                    let failure = await #expect(throws: RegistryFailure.self) {
                        try await client.tags(of: RegistryFixture.subscription(host, "team/\(name)"))
                    }
                    #expect(failure?.message.contains("old-password") == false)
                    switch failure {
                    case .refused(_, 401, _): #expect(failure?.retry == .backoff)
                    case .notAsked(_, let refusal):
                        #expect(failure?.retry == .notSent(refusal.pause))
                        #expect(failure?.message.contains("its login was refused by \(host)/team/") == true)
                    default: Issue.record("\(String(describing: failure))")
                    }
                }
                await client.shutdown()
            }
            #expect(registry.requests.count { $0.authorization?.hasPrefix("Basic") == true } == round)
            clock.advance(.seconds(61))
        }
    }

    @Test func `a login that one repository takes is asked of the others whatever a third says`() async throws {
        let registry = try await FakeRegistry.start { request in
            guard request.authorization != nil else {
                return FakeRegistry.Answer(status: 401, headers: [("WWW-Authenticate", "Basic realm=\"r\"")])
            }
            return request.uri.contains("team/b") ? FakeRegistry.Answer(status: 401) : .json(#"{"tags": ["1.0.0"]}"#)
        }
        defer { registry.stop() }
        let host = "127.0.0.1:\(registry.port)"
        let client = Self.client(host, LoginGuard(clock: HandClock()))
        #expect(try await client.tags(of: RegistryFixture.subscription(host, "team/a")) == ["1.0.0"])
        await #expect(throws: RegistryFailure.self) {
            try await client.tags(of: RegistryFixture.subscription(host, "team/b"))
        }
        #expect(try await client.tags(of: RegistryFixture.subscription(host, "team/a")) == ["1.0.0"])
        await client.shutdown()
    }

    @Test(arguments: [
        (
            "text/plain; charset=utf-8", "\n  upstream is being upgraded\nsecond line",
            "; it says: upstream is being upgraded"
        ),
        ("text/html", "<h1>no</h1>", ""),
        ("text/plain", "", ""),
        ("text/plain", "login robot:old-password is wrong", "***"),
    ])
    func `the first line of a plain text is the registry's word`(
        _ type: String,
        _ body: String,
        _ words: String
    ) async throws {
        let registry = try await FakeRegistry.start { _ in
            FakeRegistry.Answer(status: 503, headers: [("Content-Type", type)], body: Array(body.utf8))
        }
        defer { registry.stop() }
        let host = "127.0.0.1:\(registry.port)"
        let client = Self.client(host, LoginGuard(clock: HandClock()))
        let failure = await #expect(throws: RegistryFailure.self) {
            try await client.tags(of: RegistryFixture.subscription(host, "team/a"))
        }
        let text = try #require(failure).message
        #expect(words.isEmpty ? !text.contains("it says") : text.contains(words), "\(text)")
        #expect(!text.contains("second line") && !text.contains("old-password"), "\(text)")
        await client.shutdown()
    }
}
