import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct ConsoleAnswerTests {
    @Test func `times are written for people, in UTC`() async throws {
        try await RunningConsole.with { console async throws in
            let answer = try await console.get("deliveries/1", as: "read")
            #expect(answer.body.contains(#""receivedAt" : "2026-11-21T10:41:00.25Z""#), "\(answer.body)")
        }
    }

    @Test func `the actor of a change is the token's name`() async throws {
        try await RunningConsole.with { console async throws in
            let body = #"{"stage": "test", "freight": "wavy-a", "acceptTree": "\#(FakePipelines.tree)"}"#
            #expect(try await console.post("promote", body, as: "promote-a").status == 201)
            #expect(console.pipelines.told == ["promote a/test wavy-a \(FakePipelines.tree) by promote-a"])
        }
    }

    @Test(arguments: [
        (OperatorFailure.notFound("x"), 404), (.ambiguous("x"), 409), (.invalid("x"), 422),
        (.denied("x", hint: "ask"), 403), (.nothingToDo("x"), 409), (.unavailable("x"), 503),
    ])
    func `each failure of an operator has its status`(_ failure: OperatorFailure, _ status: Int) async throws {
        try await RunningConsole.with { console async throws in
            console.pipelines.fail(with: failure)
            let answer = try await console.post("adopt", #"{"stage": "test"}"#, as: "admin")
            #expect(answer.status == status)
            #expect(answer.body.contains(#""detail" : "x""#))
            #expect(answer.headers.contains(name: "Retry-After") == (status == 503))
        }
    }

    @Test func `a store that cannot be read is 503, and says what to do`() async throws {
        try await RunningConsole.with { console async throws in
            console.store.fail(with: .full(path: "hoistway.db"))
            let answer = try await console.get("stages", as: "admin")
            #expect(answer.status == 503)
            #expect(answer.body.contains("make room"))
        }
    }

    @Test(arguments: ["{", "[]", #"{"stage": 1}"#, #"{"freight": "f"}"#, "null", "\u{FF}"])
    func `a body that is not what the route takes is refused`(_ body: String) async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.post("promote", body, as: "admin").status == 400)
        }
    }

    @Test func `a body over the bound is 413`() async throws {
        try await RunningConsole.with { console async throws in
            let body = #"{"stage": "\#(String(repeating: "x", count: APICoding.maxBodyBytes))"}"#
            #expect(try await console.post("adopt", body, as: "admin").status == 413)
        }
    }

    @Test(arguments: ["limit=0", "limit=501", "limit=x", "state=new", "before=x"])
    func `a parameter that makes no sense is refused`(_ query: String) async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.get("deliveries?\(query)", as: "read").status == 400)
        }
    }

    @Test func `lists leave diffs out and a single promotion shows them`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await !console.get("promotions", as: "read").body.contains("secret of a"))
            #expect(try await console.get("promotions/prod.a", as: "read").body.contains("secret of a"))
        }
    }

    @Test func `an unknown route and a wrong method answer in the same form as all errors`() async throws {
        try await RunningConsole.with { console async throws in
            let missing = try await console.get("nothing", as: "read")
            #expect(missing.status == 404)
            #expect(missing.body.contains(#""code" : "no-such-route""#))
            let wrong = try await console.post("stages", "", as: "read")
            #expect(wrong.status == 405)
            #expect(wrong.headers.first(name: "Allow") == "GET")
        }
    }

    @Test func `a verification is good without more, and bad only with a reason`() async throws {
        try await RunningConsole.with { console async throws in
            for body in [
                #"{"stage": "a/test"}"#, #"{"stage": "a/test", "freight": "wavy-a"}"#,
                #"{"stage": "a/test", "freight": "wavy-a", "failed": true, "reason": " broken "}"#,
            ] {
                #expect(try await console.post("verify", body, as: "promote").status == 200)
            }
            #expect(
                console.pipelines.told == [
                    "verify a/test all good by promote", "verify a/test wavy-a good by promote",
                    "verify a/test wavy-a failed: broken by promote",
                ]
            )
            let long = String(repeating: "x", count: 1001)
            for body in [
                #"{"stage": "a/test", "failed": true}"#, #"{"stage": "a/test", "failed": true, "reason": " "}"#,
                #"{"stage": "a/test", "reason": "broken"}"#, #"{"freight": "wavy-a"}"#,
                #"{"stage": "a/test", "failed": true, "reason": "\#(long)"}"#,
            ] {
                #expect(try await console.post("verify", body, as: "promote").status == 400, "\(body)")
            }
            #expect(console.pipelines.told.count == 3)
        }
    }

    @Test func `failed deliveries are driven again all together or by number`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.post("deliveries/retry", #"{"failed": true}"#, as: "promote").status == 200)
            #expect(try await console.post("deliveries/retry", #"{"ids": [1, 2]}"#, as: "promote").status == 200)
            #expect(try await console.post("deliveries/retry", "", as: "promote").status == 400)
            #expect(console.pipelines.told == ["retry failed by promote", "retry 1,2 by promote"])
        }
    }
}
