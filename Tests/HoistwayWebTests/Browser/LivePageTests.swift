import HoistwayModel
import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

@testable import HoistwayWeb

/// What the script does while a page is open.
struct LivePageTests {
    @Test func `a change shows in place, and what a person holds stays`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "promote")
                try await browser.type("half a wo", into: "#search")
                try await browser.run("window.marked = document.getElementById('project-guestbook')")
                try await browser.waitForStream()
                web.pipelines.change { scene in
                    scene.projects[1] = Scene.project("guestbook", states: [.failed, .ready])
                }
                web.feed.tell([ChangedObject(.stage, project: "guestbook", name: "stage-0")])
                try await eventually("the changed stage") {
                    try await browser.text("#project-guestbook").contains("Failed")
                }
                // The same element, the same focus, the same typed text; and no reload.
                let same =
                    "return window.marked === document.getElementById('project-guestbook') && window.marked.isConnected"
                #expect(try await browser.value(of: same, as: Bool.self))
                #expect(try await browser.value(of: "return document.activeElement.id") == "search")
                #expect(try await browser.value(of: "return document.activeElement.value") == "half a wo")
                try await eventually("the announcement") {
                    try await browser.text("#announcer").contains("project guestbook changed")
                }
                try await browser.expectNoFaults("live")
            }
        }
    }

    @Test func `a project that is removed while its row is open says so`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read")
                try await browser.waitForStream()
                web.pipelines.change { $0.projects.remove(at: 1) }
                web.feed.tell([], removed: [ChangedObject(.project, project: "guestbook")])
                try await eventually("the mark") { try await browser.has("#project-guestbook.gone") }
                try await browser.expectNoFaults("removed")
            }
        }
    }

    @Test func `a part with nothing new is left as it is, and keeps the key of its form`() async throws {
        let path = "/projects/guestbook/warehouses/main"
        let looks = """
            return performance.getEntriesByType('resource').filter((one) => one.name.includes('/live/warehouses')).length
            """
        let key = "return document.querySelector('main input[name=key]').value"
        // An age that does not change while the test runs.
        var scene = Scene.filled()
        (scene.warehouses[1].lastLook, scene.warehouses[1].nextLook) = (Scene.now + .seconds(-18_000), nil)
        try await RunningWeb.with(scene) { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "promote", path: path)
                try await browser.waitForStream()
                let first: String = try await browser.value(of: key)
                try await browser.run(
                    "window.changes = 0; document.addEventListener('hoistway:replaced', () => { window.changes += 1; })"
                )
                web.feed.tell([ChangedObject(.warehouse, project: "guestbook", name: "main")])
                try await eventually("the look") { try await browser.value(of: looks, as: Int.self) == 1 }
                web.pipelines.change { $0.warehouses[1].description = "It holds the guestbook." }
                web.feed.tell([ChangedObject(.warehouse, project: "guestbook", name: "main")])
                try await eventually("the change") {
                    try await browser.text("main").contains("It holds the guestbook.")
                }
                #expect(try await browser.value(of: "return window.changes", as: Int.self) == 1)
                #expect(try await browser.value(of: key) == first)
                try await browser.click("main form button", to: web.origin + path + "?done=refreshed")
                #expect(web.pipelines.told == ["refresh guestbook/main by promote"])
                try await browser.expectNoFaults("keys of forms")
            }
        }
    }

    @Test func `new deliveries wait behind a link, and known ones change where they are`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read", path: "/deliveries")
                try await browser.waitForStream()
                let rows = try await browser.count("tbody tr")
                web.pipelines.change { scene in
                    scene.deliveries[1].state = .done
                    scene.deliveries.append(Scene.delivery(8, .done))
                    scene.deliveries.append(Scene.delivery(9, .done))
                }
                web.feed.tell([8, 9, 2].map { ChangedObject(.delivery, name: "\($0)", receiver: "hook-guestbook") })
                try await eventually("the link") { try await browser.text("[data-news=delivery]").contains("2 new") }
                try await eventually("the row") {
                    try await browser.text("[data-live='delivery/2']").contains("Done")
                }
                #expect(try await browser.count("tbody tr") == rows)
                try await browser.click("[data-news=delivery] a", to: web.origin + "/deliveries")
                #expect(try await browser.count("tbody tr") == rows + 2)
                try await browser.expectNoFaults("news")
            }
        }
    }

    @Test func `ten tabs share one stream, and the tenth has what the first has`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read")
                try await browser.waitForStream()
                let first = try await browser.tabs()[0]
                for _ in 0..<9 {
                    _ = try await browser.newTab()
                    try await browser.open(web.origin + "/")
                }
                #expect(try await browser.text("h1") == "Overview")
                web.pipelines.change { $0.projects[1] = Scene.project("guestbook", states: [.failed]) }
                web.feed.tell([ChangedObject(.stage, project: "guestbook", name: "stage-0")])
                try await eventually("the tenth tab's change") {
                    try await browser.text("#project-guestbook").contains("Failed")
                }
                #expect(web.openedStreams.value == 1)
                // Whoever leads may go: another tab takes over.
                try await browser.goTo(tab: first)
                try await browser.closeTab()
                try await browser.goTo(tab: try await browser.tabs()[0])
                web.pipelines.change { $0.projects[1] = Scene.project("guestbook", states: [.paused]) }
                try await eventually("the change by another leader") {
                    web.feed.tell([ChangedObject(.stage, project: "guestbook", name: "stage-0")])
                    return try await browser.text("#project-guestbook").contains("Paused")
                }
                try await browser.expectNoFaults("tabs")
            }
        }
    }

    @Test func `an ended session is told on the open page, and leads back to it`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read", path: "/deliveries")
                try await browser.waitForStream()
                try await web.store.removeToken(named: "read")
                web.feed.tell([ChangedObject(.delivery, name: "2", receiver: "hook-guestbook")])
                try await eventually("the banner") {
                    try await browser.text("#banner").contains("Your session has ended.")
                }
                try await web.store.put(RunningWeb.token("read", .read))
                try await browser.click("#banner a", to: web.origin + "/sign-in?next=%2Fdeliveries")
                try await browser.type("token-of-read", into: "#token")
                try await browser.click(".sign-in button", to: web.origin + "/deliveries")
            }
        }
    }

    @Test func `a lost connection is told with the age of the data, and its return too`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read")
                try await browser.waitForStream()
                // Forty seconds later, by the page's clock, nothing more was heard.
                try await browser.run("const now = Date.now; Date.now = () => now() + 40000")
                try await eventually("the banner") {
                    try await browser.text("#banner").contains(
                        "The connection to the server is lost. What you see is 4"
                    )
                }
                web.feed.tell([ChangedObject(.stage, project: "guestbook", name: "stage-0")])
                try await eventually("the banner to go") { try await browser.text("#banner").isEmpty }
                try await browser.expectNoFaults("lost")
            }
        }
    }

    /// One of each sort.
    private static let pages = [
        "/projects/shop", "/projects/shop?view=list", "/projects/shop/stages/dev",
        "/projects/shop/freight/\(Shop.id(3))",
        "/projects/shop/promotions/\(Shop.promotion(of: "staging", .running, number: 1).id)",
        "/projects/shop/previews/pv0", "/deliveries", "/deliveries/2", "/deliveries/refused", "/warehouses",
        "/activity", "/attention/failed", "/search?q=nothing", "/projects/shop/stages/prod-eu/adopt",
        "/projects/shop/stages/prod-eu/compare",
    ]

    @Test(arguments: pages)
    func `every page tells a lost connection, keeps what it shows, and goes on by itself`(_ path: String) async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "admin"), web)
                try await browser.look(width: .phone, theme: .dark)
                try await browser.open(web.origin + path)
                try await browser.waitForStream()
                let before = try await browser.text("main")
                try await browser.run("window.realNow = Date.now; Date.now = () => window.realNow() + 40000")
                try await eventually("the banner") {
                    try await browser.text("#banner").contains("What you see is 4")
                }
                #expect(try await browser.text("main") == before)
                #expect(try await browser.sidewaysScroll() == 0)
                try await browser.keepPicture("lost\(path.replacing("/", with: "-"))", .phone, .dark)
                try await browser.run("Date.now = window.realNow")
                web.feed.tell([ChangedObject(.token, name: "somebody")])
                try await eventually("the banner to go") { try await browser.text("#banner").isEmpty }
                try await browser.expectNoFaults(path)
            }
        }
    }

    @Test func `another version, and other pipelines, ask to load the page again`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read")
                try await browser.waitForStream()
                web.feed.tell([ChangedObject(.configuration)])
                try await eventually("the pipelines' banner") {
                    try await browser.text("#banner").contains("The pipelines or the configuration have changed.")
                }
                try await browser.click("#banner a", to: web.origin + "/")
                try await browser.waitForStream()
                // As the first event of a stream of another program tells it to all tabs.
                let first = try await browser.tabs()[0]
                let second = try await browser.newTab()
                try await browser.open(web.origin + "/sign-in?next=/deliveries")
                try await browser.run(
                    "new BroadcastChannel('hoistway').postMessage({event: 'hello', version: '9.9.9', data: {}})"
                )
                try await browser.goTo(tab: first)
                try await eventually("the version's banner") {
                    try await browser.text("#banner").contains("A new version of Hoistway is running.")
                }
                try await browser.goTo(tab: second)
                try await browser.closeTab()
                try await browser.goTo(tab: first)
            }
        }
    }

    @Test func `a stage that is removed while its page is open says so`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                try await browser.open(web.origin + "/projects/shop/stages/dev")
                try await browser.waitForStream()
                web.pipelines.change { $0.shop.stages[StageKey(project: "shop", name: "dev")] = nil }
                web.feed.tell([], removed: [ChangedObject(.stage, project: "shop", name: "dev")])
                try await eventually("the banner") {
                    try await browser.text("#banner").contains("This stage was removed.")
                }
                // Other news do not take its place, and what it was can still be read.
                web.feed.tell([ChangedObject(.configuration)])
                try await eventually("the other news") {
                    try await browser.text("#announcer").contains("configuration have changed")
                }
                #expect(try await browser.text("#banner").contains("This stage was removed."))
                #expect(try await browser.text("main").contains("shop-dev"))
                try await browser.expectNoFaults("removed")
            }
        }
    }

    @Test func `a preview's open page shows that somebody else has promoted from it`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                try await browser.open(web.origin + "/projects/shop/previews/pv0")
                try await browser.waitForStream()
                #expect(try await browser.has(".promote button"))
                _ = try await web.signedIn(as: "admin").post("/projects/shop/previews/pv0/promote")
                web.feed.tell([ChangedObject(.preview, project: "shop", name: "pv0")])
                try await eventually("the promotion on the page") {
                    try await browser.text("main").contains("It was promoted from this preview")
                }
                #expect(try await !browser.has(".promote button"))
                // When it is kept no longer, the page says so.
                web.pipelines.change { $0.shop.previews = [] }
                web.feed.tell([], removed: [ChangedObject(.preview, project: "shop", name: "pv0")])
                try await eventually("the banner") {
                    try await browser.text("#banner").contains("This preview was removed.")
                }
                try await browser.expectNoFaults("a preview of several people")
            }
        }
    }

    @Test func `a sign-out in one tab is told in the others`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read", path: "/projects/shop")
                try await browser.waitForStream()
                let first = try await browser.tabs()[0]
                _ = try await browser.newTab()
                try await browser.open(web.origin + "/deliveries")
                try await browser.click("details.account summary")
                try await browser.click("details.account button", to: web.origin + "/sign-in")
                try await browser.goTo(tab: first)
                try await eventually("the banner") {
                    try await browser.text("#banner").contains("Your session has ended.")
                }
                try await browser.click("#banner a", to: web.origin + "/sign-in?next=%2Fprojects%2Fshop")
                try await browser.expectNoFaults("signed out") { $0.contains("401") }
            }
        }
    }

    @Test func `a server that is away is told, and the new version that comes in its place too`() async throws {
        let state = try TemporaryFolder()
        let port = try LoopbackPort.free()
        try await Browser.with { browser in
            try await RunningWeb.with(version: "1.2.3", port: port, state: state) { web async throws in
                try await browser.signIn(web, as: "read", path: "/projects/shop")
                try await browser.waitForStream()
                try await browser.run("window.isTheSame = true")
            }
            // Forty seconds later, by the page's clock, nothing has come back.
            try await browser.run("const now = Date.now; Date.now = () => now() + 40000")
            try await eventually("the banner") {
                try await browser.text("#banner").contains("The connection to the server is lost. What you see is 4")
            }
            try await RunningWeb.with(version: "1.2.4", port: port, state: state) { web async throws in
                try await eventually("the version's banner") {
                    try await browser.text("#banner").contains("A new version of Hoistway is running.")
                }
                #expect(try await browser.value(of: "return window.isTheSame", as: Bool.self))
                try await browser.expectNoFaults("restart") { $0.contains("ERR_") }
                try await browser.click("#banner a", to: web.origin + "/projects/shop")
                #expect(try await browser.text("footer").contains("Hoistway 1.2.4"))
            }
        }
    }

    @Test func `the search box, the account and the filters work by keys alone`() async throws {
        try await RunningWeb.with(.searched()) { web async throws in
            try await Browser.with { browser in
                try await browser.signIn(web, as: "read")
                try await browser.press(Browser.Key.tab)
                #expect(try await browser.value(of: "return document.activeElement.className") == "skip")
                try await browser.press("/")
                #expect(try await browser.value(of: "return document.activeElement.id") == "search")
                try await browser.press("1.4.2" + Browser.Key.enter)
                try await browser.arrive(at: web.origin + "/search?q=1.4.2")
                #expect(try await browser.text("main").contains("It is not in"))
                try await browser.expectNoFaults("keys")
            }
        }
    }
}
