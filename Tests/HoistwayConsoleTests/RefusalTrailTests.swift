import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

/// What was refused is on record, and only so much of it.
struct RefusalTrailTests {
    private static let path = "projects/a/stages/test/promotions"
    private static let body = #"{"freight": "wavy-a"}"#

    @Test func `a refusal by role, by project or by a rule says who wanted what, and why not`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.post(Self.path, Self.body, as: "read").status == 403)
            #expect(try await console.post(Self.path, Self.body, as: "promote-b").status == 404)
            console.pipelines.fail(with: .denied("a policy says no", hint: "ask"))
            #expect(try await console.post("projects/a/stages/test/approve", Self.body, as: "promote").status == 403)
            #expect(try await console.send(.DELETE, "tokens/admin", as: "read").status == 403)
            let trail = console.store.auditNow
            #expect(trail.map(\.actor) == ["read", "promote-b", "promote", "read"])
            #expect(trail.map(\.action) == ["promote", "promote", "approve", "token delete"])
            #expect(trail.allSatisfy { $0.outcome == .refused })
            #expect(trail.map(\.project) == ["a", "a", "a", nil])
            #expect(trail[0].object == AuditObject(.stage, "test") && trail[3].object == AuditObject(.token, "admin"))
            #expect(trail[0].detail.contains("this needs promote") && trail[2].detail == "a policy says no")
        }
    }

    @Test func `what only reads, has no such thing, or is no valid request is no refusal`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.get("audit", as: "read").status == 403)
            #expect(try await console.get("projects/a/stages/test", as: "read-b").status == 404)
            #expect(try await console.post(Self.path, "{}", as: "promote").status == 400)
            #expect(try await console.post(Self.path, Self.body, as: nil).status == 401)
            #expect(try await console.post("abort", #"{"promotion": "x"}"#, as: "promote").status == 404)
            #expect(console.store.auditNow.isEmpty)
        }
    }

    @Test func `a flood of one token leaves room for others, and its next entry tells of it`() async throws {
        let (store, clock) = (FakeStore(), HeldClock())
        let trail = RefusalTrail(store: store, clock: clock, feed: ChangeFeed(), logger: .silent)
        let (loud, quiet) = (Self.caller("loud"), Self.caller("quiet"))
        for _ in 0..<1000 { await trail.note(.promote, by: loud, path: [:], detail: "no") }
        await trail.note(.promote, by: quiet, path: [:], detail: "no")
        #expect(store.auditNow.count { $0.actor == "loud" } == RefusalTrail.mostOfActor)
        #expect(store.auditNow.last?.actor == "quiet")
        clock.pass(60)
        await trail.note(.promote, by: loud, path: [:], detail: "no")
        #expect(store.auditNow.last?.detail == "no (990 more were refused before, and are not on record)")
        for number in 0..<1000 { await trail.note(.promote, by: Self.caller("t\(number)"), path: [:], detail: "no") }
        #expect(store.auditNow.count == RefusalTrail.mostOfActor + 1 + RefusalTrail.most)
    }

    private static func caller(_ name: String) -> Caller {
        Caller(TokenRecord(name: name, hash: [], role: .read, project: nil, createdAt: Timestamp(seconds: 0)))
    }
}
