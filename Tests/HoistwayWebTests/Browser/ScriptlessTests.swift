import HoistwayTestBrowser
import HoistwayTestServers
import Testing

@testable import HoistwayWeb

/// Browsers that run no scripts: everything can be read and done.
struct ScriptlessTests {
    @Test(arguments: PageLookTests.looks + PipelineLooks.all + StateLooks.all)
    func `a page says everything without the script`(_ look: PageLookTests.Look) async throws {
        try await look.open { browser, address in
            try await browser.setScripts(on: false)
            try await browser.open(address)
            #expect(try await browser.text("main").contains(look.says), "\(look.name)")
            // Nothing stands there that only the script could use.
            let useless: [String] = try await browser.value(
                of: """
                    return [...document.querySelectorAll("button, a")].filter((element) => element.checkVisibility()
                      && (element.nodeName === "A" ? !element.getAttribute("href") : !element.form && !element.disabled))
                      .map((element) => element.outerHTML.slice(0, 120));
                    """
            )
            #expect(useless == [], "\(look.name)")
        }
    }

    @Test func `a delivery is retried without the script`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.setScripts(on: false)
                try await browser.signIn(web, as: "promote", path: "/deliveries/2")
                try await browser.click("main form button", to: web.origin + "/deliveries/2?done=delivered")
                #expect(web.pipelines.told == ["retry 2 by promote"])
            }
        }
    }

    @Test(arguments: [Browser.Width.desk, .phone])
    func `freight is chosen, previewed and promoted without the script`(_ width: Browser.Width) async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.setScripts(on: false)
                try await browser.look(width: width, theme: .light)
                try await browser.signIn(web, as: "promote", path: "/projects/shop")
                let chosen = web.origin + "/projects/shop?freight=\(Shop.id(3))"
                try await browser.click("[data-freight='\(Shop.id(3))']", to: chosen)
                try await browser.click("#previews-prod-eu")
                try await browser.click("#previews button", to: web.origin + "/projects/shop/previews/pv2")
                #expect(try await browser.text(".lines-of-diff").contains("+   newTag: 1.5.3"))
                try await browser.click(".promote button")
                try await eventually("the promotion") { try await browser.address().contains("/promotions/") }
                #expect(web.pipelines.told.last == "promote \(Shop.id(3)) to shop/prod-eu preview pv2 by promote")
                try await browser.expectNoFaults("without the script")
            }
        }
    }
}
