import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// Who may do what on the pages of pipelines: each action directly, without its page.
struct PipelineAccessTests {
    private static let failed = Shop.promotion(of: "prod-eu", .failed, number: 2).id

    static let pages = [
        "/projects/shop", "/projects/shop?view=list", "/projects/shop/stages/dev", "/projects/shop/stages/dev/compare",
        "/projects/shop/stages/dev/adopt", "/projects/shop/freight/\(Shop.id(3))", "/projects/shop/previews/pv0",
        "/projects/shop/promotions/\(failed)", "/live/projects/shop?id=card/shop/dev",
        "/live/projects/shop/stages?id=stage/shop/dev", "/live/projects/shop/previews?id=preview/shop/pv0",
        "/live/projects/shop/promotions?id=promotion/shop/x", "/live/projects/shop/freight?id=freight/shop/x",
        "/projects/shop/promotions/\(failed)/diff/0", "/projects/shop/previews/pv0/diff/0",
    ]

    static let actions: [(path: String, fields: [(String, String)])] = [
        ("/projects/shop/previews", [("freight", Shop.id(3)), ("stage", "prod-eu")]),
        ("/projects/shop/previews/pv0/promote", []), ("/projects/shop/previews/pv0/cancel", []),
        ("/projects/shop/promotions/\(failed)/abort", []), ("/projects/shop/promotions/\(failed)/retry", []),
        ("/projects/shop/promotions/\(failed)/accept", [("accept", Shop.id(6))]),
        ("/projects/shop/stages/dev/refresh", []), ("/projects/shop/stages/dev/adopt", []),
        ("/projects/shop/stages/dev/restore", []), ("/projects/shop/stages/dev/approve", [("freight", Shop.id(3))]),
        ("/projects/shop/stages/dev/verify", [("verdict", "good")]),
        ("/projects/shop/freight/\(Shop.id(3))/approve", [("stage", "prod-us")]),
    ]

    @Test func `another project's pages are as if they were not there`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "admin-guestbook")
            for path in Self.pages { #expect(try await tab.get(path).status == 404, "\(path)") }
            for action in Self.actions {
                #expect(try await tab.post(action.path, action.fields).status == 404, "\(action.path)")
            }
            #expect(web.pipelines.told == [])
        }
    }

    @Test func `each action needs its role, the code of its session and a page of ours`() async throws {
        try await RunningWeb.with { web async throws in
            let reader = try await web.signedIn(as: "read")
            let tab = try await web.signedIn(as: "promote")
            let code = try await tab.formToken()
            let foreign = try await reader.formToken()
            for (path, fields) in Self.actions {
                let small = try await reader.post(path, fields, csrf: foreign)
                #expect(small.status == 403 && small.body.contains("this needs promote"), "\(path)")
                for wrong in ["", foreign] {
                    #expect(try await tab.post(path, fields, csrf: wrong).status == 403, "\(path)")
                }
                let cross = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.test")]
                #expect(try await tab.post(path, fields, headers: cross, csrf: code).status == 403, "\(path)")
                let ended = try await web.send(.POST, path, headers: RunningWeb.own, body: "csrf=\(code)")
                #expect(ended.status == 401, "\(path)")
                #expect(try await tab.get(path).status == (path.hasSuffix("/adopt") ? 200 : 405), "\(path)")
            }
            #expect(web.pipelines.told == [])
            for (path, fields) in Self.actions {
                #expect(try await tab.post(path, fields, csrf: code).status == 303, "\(path)")
            }
            #expect(web.pipelines.told.count == Self.actions.count)
        }
    }

    @Test func `a store that fails gives each page its own answer, and nothing is shown as if it were true`()
        async throws
    {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "admin")
            web.pipelines.change { $0.failure = .full(path: "/var/lib/hoistway/state.db") }
            for path in Self.pages {
                let answer = try await tab.get(path)
                #expect(answer.status == 503, "\(path)")
            }
        }
    }

    @Test func `names that somebody could give stay text, in every part of these pages`() async throws {
        let hostile = "\"'><script>alert(1)</script>\u{202E}\u{301}"
        try await RunningWeb.with { web async throws in
            web.pipelines.change { scene in
                scene.shop.freight[2].alias = hostile
                scene.shop.freight[2].contents[0].version = hostile
                scene.shop.freight[2].contents[0].url = "javascript:alert(1)"
                scene.shop.freight[2].contents[1].subject = hostile
                scene.shop.promotions[1].message = hostile
                scene.shop.promotions[1].failure?.message = hostile
                scene.shop.promotions[1].branches[0].branch = hostile
                scene.shop.promotions[1].branches[0].diff =
                    "diff --git a/\(hostile) b/\(hostile)\n@@ -0,0 +1 @@\n+\(hostile)\n"
                scene.shop.promotions[1].results?[0].outputs = [hostile: .string(hostile)]
                scene.shop.previews[0].warnings = [hostile]
                scene.shop.previews[0].branches[0].files[0].path = hostile
                scene.shop.stages[StageKey(project: "shop", name: "dev")]?.reason = hostile
                scene.shop.stages[StageKey(project: "shop", name: "dev")]?.branches[0].name = hostile
            }
            let tab = try await web.signedIn(as: "promote")
            for path in [
                "/projects/shop", "/projects/shop?freight=\(Shop.id(3))", "/projects/shop/stages/dev",
                "/projects/shop/freight/\(Shop.id(3))", "/projects/shop/previews/pv0",
                "/projects/shop/promotions/\(Self.failed)",
            ] {
                let answer = try await tab.get(path)
                #expect(answer.status == 200, "\(path)")
                #expect(!answer.body.contains("<script>"), "\(path)")
                #expect(!answer.body.contains("\u{202E}"), "\(path)")
                #expect(!answer.body.contains("href=\"javascript:"), "\(path)")
            }
        }
    }
}
