import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct EntityTagTests {
    @Test func `a change in one project leaves the tag of another as it was`() async throws {
        try await RunningConsole.with { console async throws in
            let before = try await Self.tags(console)
            console.feed.tell([ChangedObject(.stage, project: "a", name: "prod")])
            let after = try await Self.tags(console)
            #expect(before["a"] != after["a"])
            #expect(before["b"] == after["b"])
            #expect(before["all"] != after["all"])
            console.feed.tell([ChangedObject(.configuration)])
            #expect(try await Self.tags(console)["b"] != after["b"])
        }
    }

    private static func tags(_ console: RunningConsole) async throws -> [String: String] {
        var tags: [String: String] = [:]
        for (name, path) in [("a", "stages?project=a"), ("b", "stages?project=b"), ("all", "stages")] {
            tags[name] = try await console.get(path, as: "read").headers.first(name: "ETag")
        }
        #expect(tags.count == 3)
        return tags
    }

    @Test func `what is still so is answered without a body, and only to whoever may see it`() async throws {
        try await RunningConsole.with { console async throws in
            let tag = try #require(
                try await console.get("projects/a/stages/prod", as: "read").headers.first(name: "ETag")
            )
            let same = try await console.send(
                .GET,
                "projects/a/stages/prod",
                as: "read",
                headers: [("If-None-Match", "\"x\", W/\(tag)")]
            )
            #expect(same.status == 304)
            #expect(same.body.isEmpty)
            #expect(same.headers.first(name: "Vary") == "Authorization, Cookie")
            let others = try await console.send(
                .GET,
                "projects/a/stages/prod",
                as: "read-b",
                headers: [("If-None-Match", tag)]
            )
            #expect(others.status == 404)
            let admin = try await console.get("projects/a/stages/prod", as: "admin").headers.first(name: "ETag")
            #expect(admin != tag)
        }
    }

    @Test func `any tag names only what is there`() async throws {
        try await RunningConsole.with { console async throws in
            for (name, status) in [("prod", 304), ("no-such", 404)] {
                let answer = try await console.send(
                    .GET,
                    "projects/a/stages/\(name)",
                    as: "read",
                    headers: [("If-None-Match", "*")]
                )
                #expect(answer.status == status)
            }
        }
    }

    @Test func `deliveries and why have no tag`() async throws {
        try await RunningConsole.with { console async throws in
            for path in ["deliveries", "projects/a/stages/prod/why"] {
                let answer = try await console.get(path, as: "read")
                #expect(answer.status == 200)
                #expect(!answer.headers.contains(name: "ETag"))
                #expect(answer.headers.first(name: "Cache-Control") == "no-store")
            }
        }
    }
}
