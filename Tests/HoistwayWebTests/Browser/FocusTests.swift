import HoistwayModel
import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

@testable import HoistwayWeb

/// Where the focus is, what stays where it is, and what may move.
struct FocusTests {
    @Test func `a dialog keeps the focus while it is open, and gives it back`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                try await browser.open(web.origin + "/projects/shop")
                for closing in ["Escape", "the button", "its own opener"] {
                    let opener = closing == "its own opener" ? "footer.bottom button" : "[data-card='s/dev'] a"
                    try await browser.run("document.activeElement.blur()")
                    try await browser.tab(to: opener)
                    try await browser.press(closing == "its own opener" ? Browser.Key.enter : "?")
                    for _ in 0..<6 {
                        let isInside = try await browser.value(
                            of: """
                                const { activeElement } = document;
                                // Between the last element and the first one, the focus is in the browser's own window.
                                return activeElement === document.body || activeElement.closest("dialog[open]") !== null;
                                """,
                            as: Bool.self
                        )
                        #expect(isInside, "\(closing)")
                        try await browser.press(Browser.Key.tab)
                    }
                    if closing == "Escape" {
                        try await browser.press(Browser.Key.escape)
                    } else {
                        try await browser.tab(to: "dialog[open] button")
                        try await browser.press(Browser.Key.enter)
                    }
                    #expect(try await browser.has("dialog[open]") == false, "\(closing)")
                    let isBack = "return document.activeElement.matches(arguments[0])"
                    #expect(try await browser.value(of: isBack, [opener], as: Bool.self), "\(closing)")
                }
                try await browser.expectNoFaults("dialog")
            }
        }
    }

    @Test func `Escape closes the open menu, gives the focus back and stays on the page`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                try await browser.open(web.origin + "/projects/shop")
                try await browser.run("window.isTheSame = true; onbeforeunload = () => { isTheSame = false; }")
                try await browser.tab(to: "details.account summary")
                try await browser.press(Browser.Key.enter)
                #expect(try await browser.has("details.account[open]"))
                try await browser.press(Browser.Key.tab + Browser.Key.escape)
                #expect(try await browser.has("details.account:not([open]) summary:focus"))
                #expect(try await browser.value(of: "return window.isTheSame === true", as: Bool.self))
            }
        }
    }

    @Test func `nothing moves by itself where the person does not want it`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                for isStill in [false, true] {
                    try await browser.look(width: .desk, theme: .light, isStill: isStill)
                    try await browser.open(web.origin + "/projects/shop")
                    let names: [String] = try await browser.value(
                        of: """
                            const card = document.querySelector("[data-card='s/dev']");
                            card.classList.add("changed");
                            return [getComputedStyle(card).animationName, String(document.getAnimations().length)];
                            """
                    )
                    #expect(names == (isStill ? ["none", "0"] : ["changed", "1"]))
                }
            }
        }
    }

    @Test func `typed text, the focus and the selection stay while the page changes around them`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                try await browser.open(web.origin + "/projects/shop/stages/dev")
                try await browser.waitForStream()
                try await browser.type("half a word", into: "#search")
                try await browser.run("document.getElementById('search').setSelectionRange(2, 6, 'backward')")
                let dev = StageKey(project: "shop", name: "dev")
                web.pipelines.change { $0.shop.stages[dev]?.reason = "something is new" }
                web.feed.tell([ChangedObject(.stage, project: "shop", name: "dev")])
                try await eventually("the change") { try await browser.text("main").contains("something is new") }
                let kept: [String] = try await browser.value(
                    of: """
                        const { activeElement: a } = document;
                        return [a.id, a.value, `${a.selectionStart}-${a.selectionEnd}`];
                        """
                )
                #expect(kept == ["search", "half a word", "2-6"])

                try await browser.run("getSelection().selectAllChildren(document.querySelector('.stage-page h1'))")
                let selected = "return getSelection().toString()"
                #expect(try await browser.value(of: selected, as: String.self).contains("dev"))
                web.pipelines.change { $0.shop.stages[dev]?.reason = "something else is new" }
                web.feed.tell([ChangedObject(.stage, project: "shop", name: "dev")])
                try await eventually("the change") { try await browser.text("main").contains("something else is new") }
                #expect(try await browser.value(of: selected, as: String.self).contains("dev"))
                try await browser.expectNoFaults("typed")
            }
        }
    }

    /// Where an element is in the window, in whole pixels.
    private static func place(_ browser: Browser, _ selector: String) async throws -> [Int] {
        try await browser.value(
            of: """
                const box = document.querySelector(arguments[0]).getBoundingClientRect();
                return [Math.round(box.x), Math.round(box.y)];
                """,
            [selector]
        )
    }

    @Test func `what the pointer is on stays there while rows above it grow, and banners and news come`() async throws {
        try await RunningWeb.with(.huge()) { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "admin"), web)
                try await browser.open(web.origin + "/")
                try await browser.waitForStream()
                let link = "#project-team-11 h2 a"
                try await browser.point(at: link)
                let before = try await Self.place(browser, link)
                let height = "return document.querySelector('#project-team-0').offsetHeight"
                let former = try await browser.value(of: height, as: Int.self)
                web.pipelines.change { scene in
                    guard let row = scene.projects.firstIndex(where: { $0.name == "team-0" }) else { return }
                    scene.projects[row] = Scene.project("team-0", states: Array(repeating: .failed, count: 30))
                }
                web.feed.tell([ChangedObject(.stage, project: "team-0", name: "stage-0")])
                try await eventually("the row to grow") {
                    try await browser.value(of: height) > former
                }
                #expect(try await Self.place(browser, link) == before)
                web.feed.tell([ChangedObject(.configuration)])
                try await eventually("the banner") { try await browser.text("#banner").contains("have changed") }
                #expect(try await Self.place(browser, link) == before)

                try await browser.open(web.origin + "/deliveries")
                try await browser.waitForStream()
                let row = "tbody tr:first-child a"
                try await browser.point(at: row)
                let there = try await Self.place(browser, row)
                web.pipelines.change { $0.deliveries.append(Scene.delivery(8, .done)) }
                web.feed.tell([ChangedObject(.delivery, name: "8", receiver: "hook-guestbook")])
                try await eventually("the link") { try await browser.text("[data-news=delivery]").contains("1 new") }
                #expect(try await Self.place(browser, row) == there)
                try await browser.expectNoFaults("moved")
            }
        }
    }

    @Test func `while the pointer is pressed nothing is replaced; afterwards it is`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                try await browser.open(web.origin + "/projects/shop")
                try await browser.waitForStream()
                try await browser.run(
                    "window.asked = 0; const get = fetch; window.fetch = (...all) => { asked += 1; return get(...all); }"
                )
                try await browser.hold(".freight-rows h3")
                web.pipelines.change { scene in
                    guard let project = scene.projects.firstIndex(where: { $0.name == "shop" }) else { return }
                    scene.projects[project].stages[0].state = .unhealthy
                }
                web.feed.tell([ChangedObject(.stage, project: "shop", name: "dev"), ChangedObject(.configuration)])
                // The second event is shown at once, so that the first one has arrived.
                try await eventually("the banner") { try await browser.text("#banner").contains("have changed") }
                #expect(try await browser.value(of: "return window.asked", as: Int.self) == 0)
                #expect(try await browser.text("[data-card='s/dev']").contains("Unhealthy") == false)
                try await browser.release()
                try await eventually("the change") {
                    try await browser.text("[data-card='s/dev']").contains("Unhealthy")
                }
                try await browser.expectNoFaults("pressed")
            }
        }
    }
}
