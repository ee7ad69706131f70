import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// The stream that pages follow, without a browser.
struct LiveEventsTests {
    private static let path = "/live/events"

    /// Reads a stream of a tab to its end; `body` runs when the stream has said hello.
    private static func during(
        _ tab: RunningWeb.Tab,
        _ path: String = path,
        _ body: () async throws -> Void
    ) async throws -> String {
        try await tab.web.stream(path, cookies: tab.cookies, whenBegun: body)
    }

    @Test func `signing out ends the session's streams, and no other's`() async throws {
        try await RunningWeb.with { web async throws in
            let (tab, other) = (try await web.signedIn(as: "read"), try await web.signedIn(as: "read"))
            let text = try await Self.during(tab) { () async throws in
                #expect(try await tab.post("/sign-out").status == 303)
            }
            #expect(text.hasSuffix("event: bye\ndata: {\"reason\":\"ended\"}\n\n"), "\(text)")
            #expect(try await tab.get(Self.path).status == 401)
            #expect(try await other.get("/deliveries").status == 200)
        }
    }

    @Test func `a stream ends when its session's time is over, however much changes meanwhile`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            let text = try await Self.during(tab) {
                web.clock.pass(SessionRecord.idleLimit)
                try await eventually("its end") {
                    web.feed.tell([ChangedObject(.stage, project: "guestbook", name: "stage-0")])
                    return web.streams.count == 0
                }
            }
            #expect(text.hasSuffix("event: bye\ndata: {\"reason\":\"ended\"}\n\n"), "\(text)")
        }
    }

    @Test func `a session of one project is told of that project alone`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "admin-guestbook")
            let before = web.feed.revision
            web.feed.tell([
                ChangedObject(.stage, project: "checkout", name: "secret"), ChangedObject(.audit),
                ChangedObject(.stage, project: "guestbook", name: "own"),
            ])
            let text = try await Self.during(tab, "\(Self.path)?after=\(before)") {
                try await web.store.removeToken(named: "admin-guestbook")
            }
            #expect(text.contains("\"name\":\"own\"") && !text.contains("secret") && !text.contains("audit"))
        }
    }

    @Test func `a position that this server did not give is answered with a reset`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            let text = try await Self.during(tab, "\(Self.path)?after=nonsense") {
                try await web.store.removeToken(named: "read")
            }
            #expect(text.contains("event: reset\ndata: {\"revision\":\"\(web.feed.revision)\"}"), "\(text)")
        }
    }

    @Test func `eight streams of a session are enough, and another session of the token has its own`() async throws {
        try await RunningWeb.with { web async throws in
            let (tab, other) = (try await web.signedIn(as: "read"), try await web.signedIn(as: "read"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<EventStreams.mostOfOwner { group.addTask { _ = try await tab.get(Self.path) } }
                try await eventually("eight streams") { web.streams.count == EventStreams.mostOfOwner }
                let refused = try await tab.get(Self.path)
                #expect(refused.status == 503 && refused.headers.contains(name: "Retry-After"))
                group.addTask { _ = try await other.get(Self.path) }
                try await eventually("the other session's") { web.streams.count == EventStreams.mostOfOwner + 1 }
                web.streams.end(ofToken: "read")
                try await group.waitForAll()
            }
        }
    }

    @Test func `whoever asks for the head of a stream takes no place`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            let answer = try await web.send(.HEAD, Self.path, cookies: tab.cookies)
            #expect(answer.status == 405)
            #expect(answer.headers.first(name: "Allow") == "GET")
            #expect(web.streams.count == 0)
        }
    }
}
