import HoistwayModel
import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

/// From a webhook to the pushed branch by the pages of the real program, in a real browser.
struct PromotingInBrowserTests {
    @Test func `a signed webhook shows on the open page, and two clicks push exactly the difference that was shown`()
        async throws
    {
        let registry = try await RegistryServer.start()
        defer { registry.stop() }
        let rig = try await PreviewRig.inPlace(
            source: ImageSource(host: registry.host),
            more: ["registries: [{host: \"\(registry.host)\", insecure: true}]"]
        )
        try await rig.run {
            try await Browser.with { browser in
                try await rig.signIn(browser)
                try await browser.open(rig.pipelinePage)
                try await browser.waitForStream()
                try await browser.run("window.isTheSame = true")
                let digest = try await registry.push(image: "acme/app", tag: "1.1.0")
                let before = try #require(try await rig.rig.head())
                try await browser.run(Self.watching)
                #expect(try await rig.rig.source.announce("app", "1.1.0", digest: digest, to: rig.rig.served) == 202)
                // Ends with the change itself.
                let shownAt: Int = try await browser.value(of: "return window.changedText")
                #expect(try await browser.text(".freight-rows").contains("1.1.0"))
                // Told, and no limit of the test: how long it takes depends on what else the machine does.
                print("from the webhook to the changed text: \(shownAt) ms")
                #expect(try await browser.value(of: "return window.isTheSame", as: Bool.self))

                _ = try await rig.preview(browser)
                let shown = try await browser.shownDifference()
                #expect(shown.contains("+    newTag: 1.1.0"), "\(shown)")
                #expect(try await rig.rig.head() == before)
                // A colleague looks at the pipeline while the promotion is asked for.
                let first = try await browser.tabs()[0]
                let second = try await browser.newTab()
                try await browser.open(rig.pipelinePage)
                try await browser.waitForStream()
                try await browser.run("window.isTheSame = true")
                try await browser.goTo(tab: first)
                try await browser.click(".promote button")
                try await rig.promotion(browser, is: "Succeeded")
                #expect(try await browser.text("main").contains("pushed stage/test"))
                try await browser.goTo(tab: second)
                try await eventually("the card of the stage") {
                    try await browser.text("[data-card='s/test']").contains("1.1.0")
                }
                #expect(try await browser.value(of: "return window.isTheSame", as: Bool.self))
                #expect(try await rig.pushedDifference(from: before) == shown)
                #expect(try await rig.rig.text().contains(digest))
                try await browser.expectNoFaults()
                let links = try await browser.followLinks(from: "\(rig.origin)/")
                #expect(links.astray == [])
                #expect(links.pages > 20)
            }
        }
    }

    /// Keeps when the page's text first names the new version, in milliseconds from now.
    private static let watching = """
        const start = performance.now();
        window.changedText = new Promise((done) => {
          const look = () => document.querySelector(".freight-rows").innerText.includes("1.1.0")
            && done(Math.round(performance.now() - start));
          new MutationObserver(look).observe(document.querySelector("main"),
            { childList: true, characterData: true, subtree: true });
        });
        """

    @Test func `the keyboard alone finds the freight, previews it and promotes it`() async throws {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            _ = try await rig.freight("1.1.0")
            let before = try #require(try await rig.rig.head())
            try await Browser.with { browser in
                try await rig.signIn(browser)
                try await browser.open(rig.pipelinePage)
                try await browser.press("p")
                #expect(try await browser.has("a.freight:focus"))
                try await browser.press(Browser.Key.enter)
                try await eventually("the choice") { (try? await browser.has("#choice")) ?? false }
                try await browser.tab(to: "[data-card='s/test'] a")
                try await browser.press("p")
                try await rig.canBePromoted(browser)
                let shown = try await browser.shownDifference()
                try await browser.tab(to: ".promote button")
                try await browser.press(Browser.Key.enter)
                try await rig.promotion(browser, is: "Succeeded")
                #expect(try await rig.pushedDifference(from: before) == shown)
                try await browser.expectNoFaults()
            }
        }
    }

    @Test func `where the branch moves after the preview, the click pushes nothing, and both differences show`()
        async throws
    {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            _ = try await rig.freight("1.1.0")
            try await Browser.with { browser in
                try await rig.signIn(browser)
                let preview = try await rig.preview(browser)
                let shown = try await browser.shownDifference()
                let file = "env/kustomization.yaml"
                try await rig.commit(try await rig.rig.text(file) + "# theirs\n", to: file)
                let moved = try #require(try await rig.rig.head())

                try await browser.click(".promote button")
                try await rig.promotion(browser, is: "Failed")
                let text = try await browser.text(".notice.failure")
                #expect(text.contains("is outdated"), "\(text)")
                let id = try #require(try await rig.rig.promotions().first).id
                let promotion = try await rig.rig.served.get("promotions/\(id)", as: PromotionView.self)
                #expect(promotion.code == "preview-outdated")
                let branch = try #require(promotion.outdated?.branches.first)
                for digest in [try #require(branch.shown), try #require(branch.found)] {
                    #expect(text.contains(digest.prefix(12)), "\(text)")
                }
                // What was shown stands on the promotion's page, then what would be pushed now.
                let both = try await browser.shownDifference()
                let present = both.dropFirst(shown.count)
                #expect(Array(both.prefix(shown.count)) == shown, "\(both)")
                #expect(Array(present) != shown && present.contains(" # theirs"), "\(both)")
                try await browser.open(preview)
                #expect(try await browser.shownDifference() == shown)
                #expect(try await rig.rig.head() == moved)
                try await browser.expectNoFaults()
            }
        }
    }

    /// Where somebody is after the click, and what the page says.
    private struct Answer {
        var address: String
        var text: String
        var isDone: Bool

        /// The page, whatever led to it.
        var page: Substring { address.prefix { $0 != "?" } }

        /// Whether it says that another promotion is there, or that the difference is another one by now.
        var tells: Bool {
            ["promoted from this preview", "is pending", "is running", "is outdated", "already"]
                .contains(where: text.contains)
        }
    }

    private static func answer(_ browser: Browser) async throws -> Answer {
        var found: Answer?
        try await eventually("an answer to the click") {
            // Between two pages there is no document to ask.
            guard let address = try? await browser.address(), let text = try? await browser.text("main"),
                let phase = try? await browser.text(".promotion .state.chip")
            else { return false }
            let answer = Answer(address: address, text: text, isDone: phase == "Succeeded")
            guard answer.isDone || answer.tells else { return false }
            found = answer
            return true
        }
        return try #require(found)
    }

    @Test(arguments: [true, false])
    func `two people click at once: one promotion is made, and the other person is told`(ofOnePreview: Bool)
        async throws
    {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            _ = try await rig.freight("1.1.0")
            let commits = try await rig.commits()
            try await Browser.withTwo { ann, bob in
                try await rig.signIn(ann)
                try await rig.signIn(bob, as: "bob")
                let preview = try await rig.preview(ann)
                if ofOnePreview {
                    try await bob.open(preview)
                    try await rig.canBePromoted(bob)
                } else {
                    _ = try await rig.preview(bob)
                }
                // The button goes while somebody moves to it, where the other was first: the page is told.
                async let click: Void? = try? ann.click(".promote button")
                async let other: Void? = try? bob.click(".promote button")
                _ = await (click, other)
                let answers = [try await Self.answer(ann), try await Self.answer(bob)]
                let first = answers.first { $0.isDone }
                let done = try #require(first, "\(answers)")
                // Whoever was late is told, or led to the same promotion.
                for answer in answers { #expect(answer.tells || answer.page == done.page, "\(answer)") }
                #expect(try await rig.rig.promotions().count { $0.phase == "Succeeded" } == 1)
                #expect(try await rig.commits() == commits + 1)
                #expect(try await rig.rig.tag() == "1.1.0")
            }
        }
    }
}
