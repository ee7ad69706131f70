import AsyncHTTPClient
import Foundation
import HoistwayPorts
import HoistwayTestServers
import NIOCore
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct EventStreamTests {
    /// Reads a stream to its end.
    private static func all(_ console: RunningConsole, _ query: String, as token: String = "read") async throws
        -> String
    {
        let answer = try await console.get("events?\(query)", as: token)
        #expect(answer.status == 200, "\(answer.body)")
        return answer.body
    }

    @Test func `a list and then the stream behind its revision miss nothing`() async throws {
        try await RunningConsole.with { console async throws in
            let list = try await console.get("stages", as: "read").body
            let revision = try #require(list.split(separator: "\"").first { $0.hasPrefix("0000000000000001-") })
            // Before anybody follows.
            for number in 1...250 { console.feed.tell([ChangedObject(.stage, project: "a", name: "s\(number)")]) }
            console.feed.tell([], removed: [ChangedObject(.freight, project: "a", name: "f")])
            let text = try await Self.all(console, "after=\(revision)&limit=251")
            for number in 1...250 { #expect(text.contains("\"name\":\"s\(number)\"")) }
            #expect(text.contains("event: removed\ndata: {\"kind\":\"freight\",\"name\":\"f\",\"project\":\"a\""))
            #expect(text.hasPrefix("id: \(revision)\nevent: hello\n"))
            #expect(text.hasSuffix("event: bye\ndata: {\"reason\":\"limit\"}\n\n"))
        }
    }

    @Test func `who comes with another run, or falls behind the ring, loads again`() async throws {
        try await RunningConsole.with { console async throws in
            let other = try await Self.all(console, "after=00000000000000ff-3&limit=1")
            #expect(other.contains("event: reset\ndata: {\"revision\":\"0000000000000001-0\"}"))
            for _ in 0..<(ChangeFeed.capacity + 1) { console.feed.tell([ChangedObject(.configuration)]) }
            let late = try await Self.all(console, "after=0000000000000001-0&limit=1")
            #expect(late.contains("event: reset\n"))
            let last = try await Self.all(console, "after=0000000000000001-1&limit=1")
            #expect(last.contains("id: 0000000000000001-2\nevent: changed\n"))
            let odd = try await console.send(
                .GET,
                "events?limit=1",
                as: "read",
                headers: [("Last-Event-ID", "nonsense")]
            )
            #expect(odd.body.contains("event: reset\n"))
            #expect(try await console.get("events?after=nonsense", as: "read").status == 400)
        }
    }

    @Test func `a token of one project is told of that project alone`() async throws {
        try await RunningConsole.with { console async throws in
            let from = "after=0000000000000001-0"
            console.feed.tell([
                ChangedObject(.stage, project: "b", name: "secret-b"), ChangedObject(.audit),
                ChangedObject(.delivery, name: "7", receiver: "hook-b"),
                ChangedObject(.delivery, name: "8", receiver: "hook-a"), ChangedObject(.token, project: "a", name: "t"),
                ChangedObject(.stage, project: "a", name: "own"),
            ])
            let text = try await Self.all(console, "\(from)&limit=2", as: "read-a")
            #expect(text.contains("\"name\":\"8\"") && text.contains("\"name\":\"own\""))
            #expect(!text.contains("secret-b") && !text.contains("\"name\":\"7\"") && !text.contains("audit"))
            let admin = try await Self.all(console, "\(from)&limit=6", as: "admin")
            #expect(admin.contains("\"kind\":\"audit\"") && admin.contains("\"kind\":\"token\""))
        }
    }

    @Test func `a stream ends after its time, and says what it was`() async throws {
        try await RunningConsole.with { console async throws in
            let answer = try await console.get("events?timeout=1", as: "read")
            #expect(answer.body.hasSuffix("event: bye\ndata: {\"reason\":\"timeout\"}\n\n"))
            #expect(answer.headers.first(name: "Content-Type") == "text/event-stream")
            #expect(answer.headers.first(name: "X-Accel-Buffering") == "no")
            #expect(answer.headers.first(name: "Cache-Control") == "no-store, no-transform")
        }
    }

    @Test func `eight streams of one token are enough, a deleted token ends them, and other tokens go on`() async throws
    {
        try await RunningConsole.with { console async throws in
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<EventStreams.mostOfOwner {
                    group.addTask { try await Self.all(console, "limit=1000", as: "promote-b") }
                }
                try await eventually("eight streams") { console.streams.count == EventStreams.mostOfOwner }
                let refused = try await console.get("events?timeout=1", as: "promote-b")
                #expect(refused.body.contains("too-many-streams"))
                #expect(refused.headers.contains(name: "Retry-After"))
                #expect(try await console.get("events?timeout=1", as: "read-b").status == 200)
                #expect(try await console.send(.DELETE, "tokens/promote-b", as: "admin").status == 200)
                for try await text in group { #expect(text.contains("{\"reason\":\"ended\"}")) }
            }
        }
    }

    @Test func `stopping ends all streams at once`() async throws {
        let (texts, ended) = AsyncStream.makeStream(of: String.self)
        try await RunningConsole.with { console async throws in
            for _ in 0..<2 {
                // Goes on after the console was told to stop, and ends with the stream.
                Task { ended.yield((try? await Self.all(console, "limit=1000")) ?? "no answer") }
            }
            try await eventually("two streams") { console.streams.count == 2 }
        }
        for await text in texts.prefix(2) { #expect(text.contains("{\"reason\":\"stopping\"}"), "\(text)") }
    }

    @Test func `a client that takes nothing is closed, and others are told meanwhile`() async throws {
        var pace = EventStreams.Pace()
        pace.patience = .milliseconds(200)
        try await RunningConsole.with(pace: pace) { console async throws in
            let idle = try await SilentReader.open(port: console.port, path: "/api/v1/events", token: "token-of-read")
            try await eventually("the stream") { console.streams.count == 1 }
            let name = String(repeating: "x", count: 4000)
            try await eventually("its end") {
                for number in 1...100 {
                    console.feed.tell([ChangedObject(.stage, project: "a", name: "\(name)\(number)")])
                }
                let position = console.feed.revision.number - 1
                let other = try await Self.all(console, "after=0000000000000001-\(position)&limit=1", as: "admin")
                #expect(other.contains("event: changed"))
                return console.streams.count == 0
            }
            try await idle.close()
        }
    }
}
