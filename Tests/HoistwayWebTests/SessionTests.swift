import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

struct SessionTests {
    @Test func `a session ends an hour after its last use`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            for _ in 0..<3 {
                web.clock.pass(.seconds(3500))
                #expect(try await tab.get("/").status == 200)
            }
            web.clock.pass(.seconds(3600))
            #expect(try await tab.get("/").status == 303)
        }
    }

    @Test func `a session ends after twelve hours, however much it is used`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            for _ in 0..<14 {
                web.clock.pass(.seconds(3000))
                #expect(try await tab.get("/").status == 200)
            }
            web.clock.pass(.seconds(1200))
            #expect(try await tab.get("/").status == 303)
        }
    }

    @Test func `what a page fetches by itself does not keep its session open`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            for _ in 0..<4 {
                web.clock.pass(.seconds(850))
                #expect(try await tab.get("/live/overview?id=project/guestbook").status == 200)
            }
            web.clock.pass(.seconds(200))
            #expect(try await tab.get("/live/overview?id=project/guestbook").status == 401)
            #expect(try await tab.get("/").status == 303)
        }
    }

    @Test func `a deleted token ends its sessions, and a new one of its name does not bring them back`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            try await web.store.removeToken(named: "read")
            #expect(try await tab.get("/").status == 303)
            try await web.store.put(RunningWeb.token("read", .admin))
            // The same text is the same token again; another one is not.
            var other = RunningWeb.token("promote", .promote)
            let second = try await web.signedIn(as: "promote")
            other.hash = SHA256.hash("another text")
            try await web.store.put(other)
            #expect(try await second.get("/").status == 303)
        }
    }

    @Test func `another role counts at once`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            #expect(try await tab.post("/deliveries/2/retry").status == 303)
            try await web.store.put(RunningWeb.token("promote", .read))
            #expect(try await tab.post("/deliveries/2/retry").status == 403)
            #expect(web.pipelines.told == ["retry 2 by promote"])
        }
    }

    @Test func `a form of a page whose session is over changes nothing and leads to the sign-in`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let csrf = try await tab.formToken()
            web.clock.pass(.seconds(3601))
            for (back, next) in [("/deliveries/2", "/sign-in?next=%2Fdeliveries%2F2"), ("//evil.test/", "/sign-in")] {
                let answer = try await tab.post("/deliveries/2/retry", [("back", back)], csrf: csrf)
                #expect(answer.status == 401)
                #expect(answer.body.contains("Your session has ended"))
                #expect(answer.body.contains("href=\"\(next)\""))
            }
            #expect(web.pipelines.told == [])
        }
    }

    @Test func `sessions are bounded for each token and in all`() async throws {
        try await RunningWeb.with { web async throws in
            func record(_ token: String, _ number: Int) -> SessionRecord {
                let time = Scene.now + .seconds(number)
                return SessionRecord(
                    hash: SHA256.hash("\(token) \(number)"),
                    token: token,
                    tokenHash: SHA256.hash("token-of-\(token)"),
                    createdAt: time,
                    lastUsedAt: time
                )
            }
            for number in 0...SessionBounds.perToken {
                #expect(try await web.store.add(record("read", number), using: nil, audit: []))
            }
            #expect(try await web.store.session(record("read", 0).hash) == nil)
            #expect(try await web.store.session(record("read", 1).hash) != nil)
            // What has ended goes whenever one is added.
            var late = record("admin", 0)
            late.createdAt = Scene.now + .seconds(13 * 3600)
            late.lastUsedAt = late.createdAt
            #expect(try await web.store.add(late, using: nil, audit: []))
            #expect(try await web.store.session(record("read", SessionBounds.perToken).hash) == nil)
            #expect(try await web.store.session(late.hash) == late)
        }
    }
}
