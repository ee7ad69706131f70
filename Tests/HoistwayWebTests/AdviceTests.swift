import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayWeb

/// Sentences of the engine name commands; pages have links in their place.
struct AdviceTests {
    private static let paths = PagePaths(publicURL: "https://ops.example.com/hoistway")

    private static func html(_ text: String, project: String? = "shop") -> String {
        var html = HTML()
        html.advice(Advice(text, project: project, paths: paths))
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (
            "freight a-b is available to prod; automatic promotion is off, or run `hoistway promote shop/prod a-b`",
            "automatic promotion is off, or <a href=\"/hoistway/projects/shop/stages/prod#promote\">promote a-b to prod</a>"
        ),
        (
            "it waits for `hoistway verify shop/test a-b`",
            "it waits for <a href=\"/hoistway/projects/shop/stages/test\">verifying a-b in test</a>"
        ),
        (
            "nothing is verified: the stage waits for `hoistway verify shop/test`",
            "waits for <a href=\"/hoistway/projects/shop/stages/test\">verifying what lies in test</a>"
        ),
        (
            "`hoistway adopt shop/prod` accepts that, or set x",
            "<a href=\"/hoistway/projects/shop/stages/prod/adopt\">adopting the branches of prod</a> accepts that, or set x"
        ),
        (
            "merge it by hand, or `hoistway adopt shop/prod` and promote again",
            "or <a href=\"/hoistway/projects/shop/stages/prod/adopt\">adopt the branches of prod</a> and promote again"
        ),
        (
            "`hoistway adopt shop/prod --from-branches` takes the stage's freight from its branches",
            "<a href=\"/hoistway/projects/shop/stages/prod\">restoring prod from its branches</a> takes the stage"
        ),
        (
            "`hoistway approve STAGE a-b` makes it available to one stage without this",
            "<a href=\"/hoistway/projects/shop/freight/a-b\">approving a-b for a stage</a> makes it available"
        ),
        (
            "the log says why; then `hoistway retry promotions prod.01.ab`",
            "then <a href=\"/hoistway/projects/shop/promotions/prod.01.ab\">promote again</a>"
        ),
        (
            "nothing is decided: see `hoistway get manifests`",
            "see <a href=\"/hoistway/\">the overview</a>"
        ),
        (
            "restore a backup; `hoistway state check` says more",
            "restore a backup; <code>hoistway state check</code> says more"
        ),
        ("nothing to do", "nothing to do"),
    ])
    func `a command of a sentence is a link to where it is done`(_ text: String, _ said: String) {
        #expect(Self.html(text).contains(said), "\(Self.html(text))")
    }

    @Test func `without a project the promotion is searched for`() {
        #expect(
            Self.html("`hoistway retry promotions prod.01.ab`", project: nil)
                == "<a href=\"/hoistway/search?q=prod.01.ab\">promote again</a>"
        )
    }

    @Test func `names of others stay text, whatever they hold`() {
        for text in [
            "`hoistway promote \"><script>/x y`", "`hoistway adopt //evil.test/x`", "`hoistway adopt shop/`",
            "`hoistway `", "`hoistway", "`hoistway why ../..`",
        ] {
            let made = Self.html(text)
            #expect(!made.contains("<script") && !made.contains("href=\"//") && !made.contains("/../"), "\(made)")
        }
    }

    @Test func `a card has the same words without links`() {
        let advice = Advice("off, or run `hoistway promote shop/prod a-b`", project: "shop", paths: Self.paths)
        #expect(advice.plain == "off, or promote a-b to prod")
    }

    @Test func `no page tells people to run a command`() async throws {
        try await RunningWeb.with(.commanding()) { web async throws in
            let tab = try await web.signedIn(as: "admin")
            let failed = Shop.promotion(of: "prod-eu", .failed, number: 2).id
            for path in [
                "/", "/attention/failed", "/projects/shop", "/projects/shop?view=list",
                "/projects/shop?freight=\(Shop.id(3))", "/projects/shop/stages/prod-eu",
                "/projects/shop/stages/prod-us",
                "/projects/shop/freight/\(Shop.id(3))", "/projects/shop/promotions/\(failed)",
                "/projects/shop/previews/pv0",
            ] {
                let page = try await tab.get(path).body
                #expect(!page.contains("hoistway promote"), "\(path)")
                #expect(!page.contains("hoistway adopt"), "\(path)")
            }
            let stage = try await tab.get("/projects/shop/stages/prod-us").body
            let link = "<a href=\"/projects/shop/stages/prod-us#promote\">promote lucky-crane to prod-us</a>"
            #expect(stage.contains("or \(link)"))
            #expect(try await tab.get("/projects/shop").body.contains("or promote lucky-crane to prod-us"))
        }
    }
}

extension Scene {
    /// Every reason names a command.
    static func commanding() -> Scene {
        var scene = Scene.filled()
        let advice = "automatic promotion is off, or run `hoistway promote shop/prod-us lucky-crane`"
        scene.attention.failed = .init([item("shop", "prod-us", advice)])
        for key in scene.shop.stages.keys { scene.shop.stages[key]?.reason = advice }
        for place in scene.projects.indices {
            for stage in scene.projects[place].stages.indices { scene.projects[place].stages[stage].reason = advice }
        }
        for place in scene.shop.promotions.indices {
            scene.shop.promotions[place].failure?.hint = advice
            scene.shop.promotions[place].warnings = [advice]
        }
        scene.shop.places[Shop.id(3)] = [Shop.place("prod-us", .notYet, advice)]
        for place in scene.shop.previews.indices {
            (scene.shop.previews[place].state, scene.shop.previews[place].message) = (.failed, advice)
        }
        return scene
    }
}
