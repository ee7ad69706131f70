import Foundation
import HoistwayModel
import HoistwayPorts
import Synchronization
import Testing

@testable import HoistwayConsole

struct CursorTests {
    private struct Listed: Decodable {
        struct Item: Decodable {
            var project: String
            var name: String
        }
        var items: [Item]
        var next: String?
        var revision: String
    }

    private static func page(_ console: RunningConsole, _ query: String) async throws -> Listed {
        let answer = try await console.get("stages?\(query)", as: "read")
        try #require(answer.status == 200, "\(answer.body)")
        return try JSONDecoder().decode(Listed.self, from: Data(answer.body.utf8))
    }

    @Test(arguments: 1...5)
    func `what comes and goes between pages makes nothing that stays appear twice or be left out`(
        _ seed: UInt64
    ) async throws {
        try await RunningConsole.with { console async throws in
            var random = Steps(state: seed)
            let staying = (0..<12).map { ("a", "s\(random.below(1000) * 100 + $0)") }
            console.pipelines.named.withLock { $0 = staying }
            var seen: [String] = []
            var query = "limit=\(1 + random.below(4))"
            while true {
                let page = try await Self.page(console, query)
                seen += page.items.map(\.name)
                // Others come and go, before and behind what was shown.
                let others =
                    (0..<random.below(6)).map { ("a", "x\(random.below(90))-\($0)") }
                    + (0..<random.below(6)).map { ("a", "s\(random.below(99_999))-new\($0)") }
                console.pipelines.named.withLock { $0 = staying + others }
                guard let next = page.next else { break }
                query = "limit=\(1 + random.below(4))&cursor=\(next)"
            }
            #expect(seen.filter { name in staying.contains { $0.1 == name } } == staying.map(\.1).sorted())
            #expect(Set(seen).count == seen.count)
        }
    }

    @Test func `the audit trail is read page by page, newest first, while more is done`() async throws {
        struct Trail: Decodable {
            struct Entry: Decodable {
                var id: Int64
            }
            var items: [Entry]
            var next: String?
            var revision: String
        }
        try await RunningConsole.with { console async throws in
            func note() async throws {
                let record = AuditRecord(at: Timestamp(seconds: 0), actor: "ann", action: "promote", detail: "")
                try await console.store.commit([], deliveries: [], audit: [record])
            }
            for _ in 0..<5 { try await note() }
            var (seen, query) = ([Int64](), "limit=2")
            while true {
                let answer = try await console.get("audit?\(query)", as: "admin")
                try #require(answer.status == 200, "\(answer.body)")
                let page = try JSONDecoder().decode(Trail.self, from: Data(answer.body.utf8))
                #expect(!page.revision.isEmpty)
                seen += page.items.map(\.id)
                try await note()
                guard let next = page.next else { break }
                query = "limit=2&cursor=\(next)"
            }
            #expect(seen == [5, 4, 3, 2, 1])
        }
    }

    @Test func `a cursor belongs to the list that gave it`() async throws {
        try await RunningConsole.with { console async throws in
            let next = try #require(try await Self.page(console, "limit=1").next)
            #expect(try await Self.page(console, "limit=2&cursor=\(next)").items.map(\.name) == ["test", "prod"])
            for path in ["stages?project=a&cursor=\(next)", "warehouses?cursor=\(next)"] {
                let other = try await console.get(path, as: "read")
                #expect(other.status == 400)
                #expect(other.body.contains("cursor-mismatch"))
            }
            for cursor in ["x", "%21", next + "A"] {
                let answer = try await console.get("stages?cursor=\(cursor)", as: "read")
                #expect(answer.status == 400 || cursor == next + "A", "\(cursor)")
            }
        }
    }

    @Test func `a value that spells another filter belongs to another list`() async throws {
        try await RunningConsole.with { console async throws in
            let next = try #require(try await Self.page(console, "limit=1&name=x%0Aproject%3Da").next)
            let other = try await console.get("stages?limit=1&name=x&project=a&cursor=\(next)", as: "read")
            #expect(other.body.contains("cursor-mismatch"), "\(other.body)")
        }
    }

    /// Numbers that follow from a seed.
    private struct Steps {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }
}
