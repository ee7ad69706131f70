import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

@testable import HoistwayWeb

/// What axe has to say against pages: nothing.
@Suite(.enabled(if: Axe.path != nil, "axe is not named by HOISTWAY_TEST_AXE"))
struct AccessibilityTests {
    @Test(arguments: PageLookTests.looks + PipelineLooks.all + StateLooks.all)
    func `axe finds nothing against a page, wide or narrow, in any theme`(_ look: PageLookTests.Look) async throws {
        try await look.open { browser, address in
            // A narrow page has the colours of a wide one, and other parts of it show.
            for (width, themes) in [(Browser.Width.desk, Browser.Theme.allCases), (.phone, [.dark])] {
                try await browser.look(width: width, theme: .light)
                try await browser.open(address)
                for theme in themes {
                    try await browser.look(width: width, theme: theme)
                    try await Self.expectNothing(browser, "\(look.name) at \(width.rawValue), \(theme.rawValue)")
                }
            }
        }
    }

    @Test(arguments: Browser.Theme.allCases)
    func `axe finds nothing against what the script adds`(_ theme: Browser.Theme) async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "promote"), web)
                try await browser.look(width: .desk, theme: theme)
                try await browser.open(web.origin + "/projects/shop")
                try await browser.waitForStream()
                try await browser.press("?")
                try await Self.expectNothing(browser, "the help")
                try await browser.press(Browser.Key.escape)
                try await browser.click("details.account summary")
                try await Self.expectNothing(browser, "the account")
                try await browser.press(Browser.Key.escape)
                web.feed.tell([ChangedObject(.configuration)])
                try await eventually("the banner") { try await browser.text("#banner").contains("have changed") }
                try await Self.expectNothing(browser, "a banner")
                web.pipelines.change { scene in
                    guard let shop = scene.projects.firstIndex(where: { $0.name == "shop" }) else { return }
                    scene.projects[shop].stages.removeAll { $0.name == "audit" }
                }
                web.feed.tell([], removed: [ChangedObject(.stage, project: "shop", name: "audit")])
                try await eventually("the mark") { try await browser.has("[data-card='s/audit'].gone") }
                try await Self.expectNothing(browser, "a removed stage")
                try await browser.open(web.origin + "/deliveries")
                try await browser.waitForStream()
                web.pipelines.change { $0.deliveries.append(Scene.delivery(8, .done)) }
                web.feed.tell([ChangedObject(.delivery, name: "8", receiver: "hook-guestbook")])
                try await eventually("the link") { try await browser.text("[data-news=delivery]").contains("1 new") }
                try await Self.expectNothing(browser, "new deliveries")
            }
        }
    }

    @Test func `axe does look: it finds an image without words, and letters that cannot be told from their ground`()
        async throws
    {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.open(web.origin + "/sign-in")
                try await browser.run(
                    "document.querySelector('main').innerHTML = '<h1>A</h1><img src=x><p><font color=#ccc>grey</font>'"
                )
                let found = try await browser.axeViolations()
                for rule in ["image-alt", "color-contrast"] {
                    #expect(found.contains { $0.hasPrefix(rule) }, "\(rule): \(found)")
                }
            }
        }
    }

    private static func expectNothing(
        _ browser: Browser,
        _ what: String,
        at place: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await browser.axeViolations()
        #expect(found.isEmpty, "\(what): \(found.joined(separator: "\n"))", sourceLocation: place)
    }
}
