import HoistwayLayout
import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayWeb

struct PipelinePageTests {
    private static func elements(_ body: String) -> Int {
        body.utf8.indices.count { place in
            guard body.utf8[place] == UInt8(ascii: "<") else { return false }
            let next = body.utf8.index(after: place)
            return next < body.utf8.endIndex && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(body.utf8[next])
        }
    }

    @Test func `a pipeline shows each stage with version and state, and each warehouse with its freight`() async throws
    {
        try await RunningWeb.with { web async throws in
            let page = try await web.signedIn(as: "read").get("/projects/shop").body
            for name in Shop.names { #expect(page.contains("href=\"/projects/shop/stages/\(name)\"")) }
            #expect(page.contains("1.5.3"))
            // What cards must not hide: a failed promotion, and why another one waits.
            let failed = "Last promotion: step git-push failed: push to stage/prod-eu refused: it has moved"
            #expect(page.contains(failed))
            #expect(page.contains("lucky-crane waits: soaked 12 m of 60 m in staging"))
            #expect(page.contains("href=\"/projects/shop?freight=\(Shop.id(3))\""))
            #expect(page.contains("No freight yet: the warehouse makes it"))
            // Positions are attributes: the policy of pages forbids the other way.
            #expect(page.contains("<foreignObject x=\"") && !page.contains("style="))
        }
    }

    /// What is marked in the choice of views that this width shows.
    private static func marks(_ page: String, _ width: String) throws -> [String] {
        let start = try #require(page.firstRange(of: "<nav class=\"\(width)\" aria-label=\"View\">"))
        let rest = page[start.upperBound...]
        let nav = rest[..<(try #require(rest.firstRange(of: "</nav>"))).lowerBound]
        return nav.split(separator: "<a ").filter { $0.contains("aria-current") }.map { link in
            String(link.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
        }
    }

    @Test func `each width marks the view that it shows`() async throws {
        try await RunningWeb.with(.large("chain of 600")) { web async throws in
            let tab = try await web.signedIn(as: "read")
            let page = try await tab.get("/projects/shop").body
            #expect(try Self.marks(page, "wide-only") == ["Graph"])
            #expect(try Self.marks(page, "narrow-only") == ["List"])
            for (view, mark) in [("graph", "Graph"), ("list", "List")] {
                let chosen = try await tab.get("/projects/shop?view=\(view)").body
                #expect(try Self.marks(chosen, "") == [mark])
                #expect(!chosen.contains("narrow-only\" aria-label"))
            }
        }
    }

    @Test func `the list shows and does what the graph does`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let list = try await tab.get("/projects/shop?view=list&freight=\(Shop.id(3))").body
            #expect(!list.contains("<foreignObject"))
            for name in Shop.names { #expect(list.contains("data-live=\"item/shop/\(name)\"")) }
            #expect(list.contains("name=\"only\" value=\"prod-eu\""))
            #expect(list.contains("from dev") && list.contains("from warehouse web, warehouse config"))
        }
    }

    @Test func `chosen freight shows where it may go, and why not elsewhere`() async throws {
        try await RunningWeb.with { web async throws in
            let page = try await web.signedIn(as: "promote").get("/projects/shop?freight=\(Shop.id(3))").body
            #expect(page.contains("Promote freight lucky-crane"))
            #expect(page.contains("soaked 12 m of 60 m in staging"))
            #expect(page.contains("name=\"stage\" id=\"previews-prod-eu\" value=\"prod-eu\""))
            #expect(!page.contains("id=\"previews-prod-us\""))
            let older = try await web.signedIn(as: "promote").get("/projects/shop?freight=\(Shop.id(1))").body
            #expect(older.contains("can go back"))
        }
    }

    @Test func `with the role read the action is disabled and says which role it takes`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            for path in [
                "/projects/shop?freight=\(Shop.id(3))", "/projects/shop/stages/dev", "/projects/shop/previews/pv0",
            ] {
                let page = try await tab.get(path).body
                #expect(page.contains("disabled>"), "\(path)")
                #expect(page.contains("needs the role promote"), "\(path)")
            }
        }
    }

    @Test func `freight that is kept no longer leaves the pipeline as it is`() async throws {
        try await RunningWeb.with { web async throws in
            let page = try await web.signedIn(as: "read").get("/projects/shop?freight=gone")
            #expect(page.status == 200)
            #expect(
                page.body.contains("There is no longer freight gone in this project.")
                    && page.body.contains("prod-us")
            )
        }
    }

    @Test(arguments: ["/projects/shop?view=tree", "/projects/nowhere"])
    func `what is not there or cannot be meant has a page that says so`(_ path: String) async throws {
        try await RunningWeb.with { web async throws in
            let answer = try await web.signedIn(as: "read").get(path)
            #expect(answer.status == (path.contains("tree") ? 400 : 404) || answer.status == 422)
            #expect(answer.body.contains("class=\"problem\""))
        }
    }

    @Test func `older freight is a link away, and comes back to the newest`() async throws {
        try await RunningWeb.with(.longShop()) { web async throws in
            let tab = try await web.signedIn(as: "read")
            let page = try await tab.get("/projects/shop").body
            #expect(page.contains("v59") && !page.contains("v20"))
            let start = try #require(page.firstRange(of: "/projects/shop?row=web"))
            let link = page[start.lowerBound...].prefix { $0 != "\"" }.replacing("&amp;", with: "&")
            let older = try await tab.get(String(link)).body
            #expect(!older.contains("v59") && older.contains("Newest"))
        }
    }

    @Test(arguments: ["1 to 599", "chain of 600", "50 layers of 12", "200 chains of 3"])
    func `pipelines of 600 stages stay below 8000 elements, with their groups closed or open`(_ name: String)
        async throws
    {
        let scene = Scene.large(name)
        try await RunningWeb.with(scene) { web async throws in
            let tab = try await web.signedIn(as: "read")
            let closed = try await tab.get("/projects/large").body
            #expect(Self.elements(closed) <= 8_000)
            #expect(closed.contains("600 ready"))
            let groups = closed.ranges(of: "data-card=\"g/").map { closed[$0.upperBound...].prefix { $0 != "\"" } }
            let parts = groups.flatMap { group in [String(group)] + (1...6).map { "\(group):\($0)" } }
            let open = parts.prefix(PipelineFold.maxOpen).map { "open=\($0)" }.joined(separator: "&")
            let opened = try await tab.get("/projects/large?\(open)").body
            #expect(Self.elements(opened) <= 8_000)
            #expect(groups.isEmpty || opened.contains("Close s0"))
        }
    }

    @Test func `parts of a page that changed come alone, and what is gone is null`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            let parts = try await tab.get(
                "/live/projects/shop?id=card/shop/dev&id=item/shop/dev&id=row/shop/web&id=card/shop/gone&id=card/other/dev"
            ).body
            #expect(parts.contains("\"card/shop/dev\":\"<div class="))
            #expect(parts.contains("\"item/shop/dev\":\"<li class="))
            #expect(parts.contains("\"row/shop/web\":\"<div class="))
            #expect(parts.contains("\"card/shop/gone\":null"))
            #expect(!parts.contains("card/other/dev"))
            // The same card, byte for byte, as the page holds it.
            let page = try await tab.get("/projects/shop").body
            let card = try #require(page.firstRange(of: "data-live=\"card/shop/dev\"")).lowerBound
            let keys = page[card...].firstRange(of: "data-keys=\"").map { page[$0.upperBound...].prefix { $0 != "\"" } }
            #expect(parts.contains("data-keys=\\\"\(try #require(keys))\\\""))
        }
    }
}

extension Scene {
    /// Sixty pieces of freight.
    static func longShop() -> Scene {
        var scene = Scene.filled()
        scene.shop.freight = (0..<60).map { number in
            var one = Shop.freight(3)
            one.id = "\(number)" + String(repeating: "a", count: 38)
            one.contents = [Scene.image("v\(number)")]
            one.discoveredAt = now + .seconds(60 * Int64(number - 60))
            return one
        }
        return scene
    }

    /// One of the shapes of 600 stages.
    static func large(_ name: String) -> Scene {
        func stage(_ number: Int) -> GraphView.Node {
            .init(kind: .stage, name: "s" + String(repeating: "0", count: 4 - String(number).count) + String(number))
        }
        let warehouse = GraphView.Node(kind: .warehouse, name: "main")
        let edges: [GraphView.Edge] = (0..<600).flatMap { number -> [GraphView.Edge] in
            let from: [GraphView.Node] =
                switch name {
                case "1 to 599": [number == 0 ? warehouse : stage(0)]
                case "chain of 600": [number == 0 ? warehouse : stage(number - 1)]
                case "50 layers of 12":
                    number < 12 ? [warehouse] : (0..<12).map { stage((number / 12 - 1) * 12 + $0) }
                default: [number % 3 == 0 ? warehouse : stage(number - 1)]
                }
            return from.map { .init(from: $0, to: stage(number), warehouse: "main") }
        }
        var scene = Scene.filled()
        let names = (0..<600).map { stage($0).name }
        scene.shop.graphs["large"] = GraphView(
            project: "large",
            warehouses: ["main"],
            stages: names.map { .init(name: $0, labels: [:], color: nil, isControlFlow: false) },
            edges: edges
        )
        var project = Scene.project("large", states: [])
        project.stages = names.map { Scene.stage("large", $0, .ready) }
        scene.projects.append(project)
        return scene
    }
}
