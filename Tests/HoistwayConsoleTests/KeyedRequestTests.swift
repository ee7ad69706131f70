import HoistwayCrypto
import HoistwayPorts
import HoistwayTestKit
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct KeyedRequestTests {
    private static let path = "projects/a/stages/test/promotions"
    private static let body = #"{"freight": "wavy-a"}"#

    private static func send(
        _ console: RunningConsole,
        _ key: String,
        body: String = body,
        path: String = path,
        as token: String = "promote"
    ) async throws -> RunningConsole.Answer {
        try await console.send(.POST, path, as: token, body: body, headers: [("Idempotency-Key", key)])
    }

    @Test func `the same key and request give the first answer again, and act once`() async throws {
        try await RunningConsole.with { console async throws in
            let first = try await Self.send(console, "k1")
            let again = try await Self.send(console, "k1")
            #expect(first.status == 201 && again.status == 201)
            #expect(first.body == again.body)
            #expect(again.headers.first(name: "Location") == first.headers.first(name: "Location"))
            #expect(again.headers.first(name: "Idempotency-Replayed") == "true")
            #expect(console.pipelines.told.count == 1)
            #expect(try await Self.send(console, "k2").status == 201)
            #expect(try await Self.send(console, "k1", as: "admin").status == 201)
            #expect(console.pipelines.told.count == 3)
        }
    }

    @Test func `the same key with another request is refused`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await Self.send(console, "k1").status == 201)
            let other = try await Self.send(console, "k1", body: #"{"freight": "f"}"#)
            #expect(other.status == 422)
            #expect(other.body.contains("idempotency-key-reused"))
            #expect(try await Self.send(console, "k1", path: "projects/a/stages/prod/promotions").status == 422)
            #expect(try await Self.send(console, "a key").status == 400)
            #expect(console.pipelines.told.count == 1)
        }
    }

    @Test func `a request that a stopped program had begun is not repeated, and says so`() async throws {
        try await RunningConsole.with { console async throws in
            // What a program leaves that dies between noting the request and its answer.
            _ = try await Self.send(console, "k1")
            console.keys.loseAnswers()
            let again = try await Self.send(console, "k1")
            #expect(again.status == 409)
            #expect(again.body.contains("request-interrupted"))
            #expect(console.pipelines.told.count == 1)
        }
    }

    @Test func `a refusal is kept, and a failing store lets the request be sent again`() async throws {
        try await RunningConsole.with { console async throws in
            console.pipelines.fail(with: .nothingToDo("x"))
            #expect(try await Self.send(console, "k1").status == 409)
            console.pipelines.fail(with: .unavailable("x"))
            #expect(try await Self.send(console, "k2").status == 503)
            console.pipelines.succeed()
            #expect(try await Self.send(console, "k1").status == 409)
            #expect(try await Self.send(console, "k2").status == 201)
        }
    }

    @Test func `a full disk refuses keys before anything is done, and no key is lost by it`() async throws {
        try await RunningConsole.with { console async throws in
            let full = StoreFailure.full(path: "/var/lib/hoistway/state.db")
            console.keys.fail(with: full)
            let refused = try await Self.send(console, "k1")
            #expect(refused.status == 503)
            #expect(refused.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(refused.headers.contains(name: "Retry-After"))
            #expect(console.pipelines.told.isEmpty)
            console.keys.fail(with: nil)
            // The disk fills up between the note of a request and what it does.
            console.pipelines.onAct { console.keys.fail(with: full) }
            console.pipelines.fail(with: .unavailable("the disk is full"))
            #expect(try await Self.send(console, "k1").status == 503)
            #expect(try await Self.send(console, "k1").status == 503)
            console.pipelines.succeed()
            console.pipelines.onAct {}
            console.keys.fail(with: nil)
            #expect(try await Self.send(console, "k1").status == 201)
            #expect(console.pipelines.told.count == 1)
        }
    }

    @Test func `a token's text is kept nowhere, not even as an answer`() async throws {
        try await RunningConsole.with { console async throws in
            let body = #"{"name": "ci", "role": "read"}"#
            let made = try await Self.send(console, "k1", body: body, path: "tokens", as: "admin")
            #expect(made.status == 201)
            let again = try await Self.send(console, "k1", body: body, path: "tokens", as: "admin")
            #expect(again.status == 409)
            #expect(again.body.contains("answer-not-kept"))
            #expect(console.keys.answers.allSatisfy { $0.body == nil })
        }
    }
}
