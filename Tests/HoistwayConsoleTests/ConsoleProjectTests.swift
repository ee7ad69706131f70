import Testing

@testable import HoistwayConsole

struct ConsoleProjectTests {
    @Test(arguments: ["freight", "stages", "warehouses", "promotions"])
    func `a list shows a token of one project nothing of another`(_ route: String) async throws {
        try await RunningConsole.with { console async throws in
            let own = try await console.get(route, as: "read-a")
            #expect(own.status == 200)
            #expect(own.body.contains(#""project" : "a""#))
            #expect(!own.body.contains(#""project" : "b""#))
            #expect(try await console.get("\(route)?project=b", as: "read-a").status == 403)
            let all = try await console.get(route, as: "read")
            #expect(all.body.contains(#""project" : "a""#) && all.body.contains(#""project" : "b""#))
        }
    }

    @Test func `refused requests are shown to a token of one project for its own receivers only`() async throws {
        try await RunningConsole.with { console async throws in
            let all = try await console.get("refusals", as: "read")
            #expect(all.status == 200 && all.body.contains(#""at" : "2026-11-21T10:41:00Z""#))
            for receiver in ["hook-a", "hook-b", "hook-both"] { #expect(all.body.contains(receiver)) }
            let own = try await console.get("refusals", as: "read-a")
            #expect(own.body.contains("hook-a") && !own.body.contains("hook-b"))
            #expect(try await !console.get("refusals?receiver=hook-b", as: "read-a").body.contains("hook-b"))
            #expect(try await console.get("refusals?limit=0", as: "read").status == 400)
        }
    }

    @Test func `a name written with another project does not lead there`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.get("freight?warehouse=b/main", as: "read-a").status == 403)
            #expect(try await console.get("promotions?stage=b/prod", as: "read-a").status == 403)
            #expect(try await console.get("why?stage=b/prod", as: "read-a").status == 404)
            #expect(try await console.get("promotions/prod.b", as: "read-a").status == 404)
            #expect(try await console.get("promotions/prod.a", as: "read-a").status == 200)
        }
    }

    @Test func `another project's stages, promotions and deliveries cannot be changed`() async throws {
        try await RunningConsole.with { console async throws in
            let tries = [
                ("promote", #"{"stage": "b/prod", "freight": "f"}"#),
                ("approve", #"{"stage": "b/prod", "freight": "f"}"#), ("verify", #"{"stage": "b/prod"}"#),
                ("adopt", #"{"stage": "b/prod"}"#), ("refresh", #"{"warehouse": "b/main"}"#),
                ("abort", #"{"promotion": "prod.b"}"#), ("deliveries/retry", #"{"ids": [1, 2]}"#),
                ("promotions/retry", #"{"promotions": ["prod.b"]}"#),
            ]
            for (route, body) in tries {
                #expect(try await console.post(route, body, as: "admin-a").status == 404, "\(route)")
            }
            #expect(try await console.post("promotions/retry", #"{"project": "b"}"#, as: "admin-a").status == 403)
            #expect(try await console.post("deliveries/retry", #"{"failed": true}"#, as: "admin-a").status == 403)
            #expect(try await console.post("reload", "", as: "admin-a").status == 403)
            #expect(try await console.get("audit", as: "admin-a").status == 403)
            #expect(console.pipelines.told.isEmpty)
        }
    }

    @Test func `deliveries of a receiver that feeds other projects too are hidden`() async throws {
        try await RunningConsole.with { console async throws in
            let seen = try await console.get("deliveries?limit=2", as: "read-a")
            #expect(seen.body.contains(#""id" : 7"#) && seen.body.contains(#""id" : 4"#))
            #expect(!seen.body.contains("hook-b"))
            #expect(try await console.get("deliveries/1", as: "read-a").status == 200)
            #expect(try await console.get("deliveries/2", as: "read-a").status == 404)
            #expect(try await console.get("deliveries/3", as: "read-a").status == 404)
        }
    }

    @Test func `a short stage name is enough where the token sees only one of it`() async throws {
        try await RunningConsole.with { console async throws in
            #expect(try await console.get("why?stage=prod", as: "read-b").body.contains(#""stage" : "b/prod""#))
            let ambiguous = try await console.get("why?stage=prod", as: "read")
            #expect(ambiguous.status == 409)
            #expect(ambiguous.body.contains("a/prod, b/prod"))
        }
    }
}
