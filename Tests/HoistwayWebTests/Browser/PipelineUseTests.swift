import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

@testable import HoistwayWeb

/// Pipelines in a real browser: by keys, by the pointer, and while changes come in.
struct PipelineUseTests {
    private static let inFocus =
        "return document.activeElement.closest('[data-card]')?.dataset.card ?? document.activeElement.textContent.trim()"

    private static func focused(_ browser: Browser) async throws -> String {
        try await browser.value(of: inFocus)
    }

    @Test func `the keyboard alone completes a preview and its promotion`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                try await browser.open(web.origin + "/projects/shop")
                // Without chosen freight, "p" leads to the freight.
                try await browser.press("p")
                #expect(
                    try await browser.value(of: "return document.activeElement.dataset.freight ?? ''") == Shop.id(3)
                )
                try await browser.press(Browser.Key.enter)
                try await eventually("the choice") { try await browser.has("#choice") }
                try await browser.tab(to: "[data-card='s/prod-eu'] a")
                try await browser.press("p")
                try await eventually("the preview") { try await browser.address().contains("/previews/pv2") }
                #expect(web.pipelines.told == ["preview \(Shop.id(3)) to shop/prod-eu by promote"])
                try await browser.tab(to: ".promote button")
                try await browser.press(Browser.Key.enter)
                try await eventually("the promotion") { try await browser.address().contains("/promotions/") }
                #expect(web.pipelines.told.last == "promote \(Shop.id(3)) to shop/prod-eu preview pv2 by promote")
                try await browser.expectNoFaults("keys")
            }
        }
    }

    @Test func `arrows go along the edges, Escape goes back, and keys can be switched off`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                try await browser.open(web.origin + "/projects/shop?freight=\(Shop.id(3))")
                try await browser.tab(to: "[data-card='s/dev'] a")
                for (key, card) in [
                    (Browser.Key.right, "s/staging"), (Browser.Key.right, "s/prod-eu"), (Browser.Key.down, "s/prod-us"),
                    (Browser.Key.left, "s/staging"),
                ] {
                    try await browser.press(key)
                    #expect(try await Self.focused(browser) == card)
                }
                // With the role read, "p" makes nothing.
                try await browser.press("p")
                try await eventually("the word") { try await browser.text("#announcer").contains("role promote") }
                #expect(web.pipelines.told == [])
                try await browser.press("?")
                #expect(try await browser.has("dialog[open]"))
                try await browser.press(Browser.Key.escape)
                #expect(try await browser.has("dialog[open]") == false)
                #expect(try await Self.focused(browser) == "s/staging")
                try await browser.run("localStorage.setItem('hoistway-keys', 'off')")
                try await browser.press(Browser.Key.right)
                #expect(try await Self.focused(browser) == "s/staging")
                try await browser.run("localStorage.removeItem('hoistway-keys')")
                try await browser.press(Browser.Key.escape)
                try await eventually("the pipeline without choice") {
                    try await browser.address().hasSuffix("/projects/shop")
                }
                try await browser.expectNoFaults("arrows")
            }
        }
    }

    @Test func `a card changes in place, and keeps the focus`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                try await browser.open(web.origin + "/projects/shop")
                try await browser.waitForStream()
                try await browser.run("document.querySelector('[data-card=\"s/dev\"] a').focus()")
                web.pipelines.change { scene in
                    guard let project = scene.projects.firstIndex(where: { $0.name == "shop" }) else { return }
                    scene.projects[project].stages[0].state = .unhealthy
                }
                web.feed.tell([ChangedObject(.stage, project: "shop", name: "dev")])
                try await eventually("the changed card") {
                    try await browser.text("[data-card='s/dev']").contains("Unhealthy")
                }
                #expect(try await Self.focused(browser) == "s/dev")
                try await browser.expectNoFaults("live card")
            }
        }
    }

    @Test func `freight that is dragged to a stage is previewed there`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                try await browser.open(web.origin + "/projects/shop")
                try await browser.run(
                    """
                    const from = document.querySelector("a.freight"), to = document.querySelector("[data-card='s/prod-eu']");
                    const data = new DataTransfer();
                    for (const [element, name] of [[from, "dragstart"], [to, "dragover"], [to, "drop"]]) {
                      element.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
                    }
                    """
                )
                try await eventually("the preview") { try await browser.address().contains("/previews/pv2") }
                try await browser.expectNoFaults("drag")
            }
        }
    }

    @Test func `on a small screen a large pipeline is a list`() async throws {
        try await RunningWeb.with(.large("chain of 600")) { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "read"), web)
                try await browser.look(width: .phone, theme: .light)
                try await browser.open(web.origin + "/projects/large")
                try await eventually("the list") { try await browser.address().contains("view=list") }
                #expect(try await browser.has("#graph") == false)
                try await browser.look(width: .desk, theme: .light)
                try await browser.open(web.origin + "/projects/large")
                #expect(try await browser.has("#graph"))
            }
        }
    }

    @Test func `everything that is pressed on a pipeline's pages is 24 pixels high and wide`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                for path in [
                    "/projects/shop", "/projects/shop?view=list&freight=\(Shop.id(3))", "/projects/shop/stages/prod-eu",
                    "/projects/shop/freight/\(Shop.id(3))", "/projects/shop/previews/pv0",
                    "/projects/shop/promotions/\(Shop.accepting().id)",
                ] {
                    for width in [Browser.Width.phone, .desk] {
                        try await browser.look(width: width, theme: .light)
                        try await browser.open(web.origin + path)
                        let small: [String] = try await browser.value(of: PageLookTests.smallTargets)
                        #expect(small == [], "\(path) at \(width.rawValue)")
                    }
                }
            }
        }
    }
}
