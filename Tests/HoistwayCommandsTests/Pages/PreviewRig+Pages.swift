import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

/// The dashboard of the running server, before real browsers.
extension PreviewRig {
    var origin: String { "http://127.0.0.1:\(rig.served.ports.console)" }
    var pipelinePage: String { "\(origin)/projects/shop" }

    /// Signs the browser in as the owner of the server does: with the link that `hoistway open` prints.
    func signIn(_ browser: Browser) async throws {
        let link = try await rig.served.command("open").text.split(separator: "\n").joined()
        try await browser.open(link)
        try await browser.arrive(at: "\(origin)/")
    }

    /// Signs the browser in with a token of its own, as a colleague does.
    func signIn(_ browser: Browser, as name: String) async throws {
        let made = try await rig.served.command("token", "create", name, "--role", "promote")
        try await browser.open(pipelinePage)
        try await browser.type(made.text.split(separator: "\n").joined(), into: "#token")
        try await browser.click(".sign-in button", to: pipelinePage)
    }

    /// Opens the pipeline and clicks the newest freight, then its only stage; gives the address of the preview.
    func preview(_ browser: Browser) async throws -> String {
        try await browser.open(pipelinePage)
        try await browser.click("a.freight")
        try await eventually("the stages that may take the freight") { try await browser.has("#choice") }
        try await browser.click("#choice button[type=submit]")
        try await canBePromoted(browser)
        return try await browser.address()
    }

    /// Returns once the open page is of a preview that has ended well.
    func canBePromoted(_ browser: Browser) async throws {
        try await eventually("the preview") {
            // Between two pages there is no document to ask.
            (try? await browser.text(".preview .state"))?.contains("Can be promoted") ?? false
        }
    }

    /// Returns once the open page is of a promotion that has come so far.
    func promotion(_ browser: Browser, is phase: String) async throws {
        try await eventually("the promotion's page to say \(phase)") {
            (try? await browser.text(".promotion .state.chip")) == phase
        }
    }

    /// What Git says of the difference between a commit and the stage's branch, in the manner of
    /// ``Browser/shownDifference()``.
    func pushedDifference(from before: String) async throws -> [String] {
        let text = try await rig.repository.git("diff", "--no-renames", "\(before)..stage/test")
        return text.split(separator: "\n").compactMap { line in
            if line.hasPrefix("diff --git a/") { return line.split(separator: " b/").last.map(String.init) }
            let isHead = ["index ", "--- ", "+++ ", "@@"].contains(where: line.hasPrefix)
            return isHead ? nil : String(line)
        }
    }

    /// How many commits the stage's branch has.
    func commits() async throws -> Int { try await rig.commits(on: "stage/test") }
}

extension Browser {
    /// Fails where the console has told of an error of the script, a report of the policy, or a missing file.
    func expectNoFaults(at place: SourceLocation = #_sourceLocation) async throws {
        let found = try await faults()
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))", sourceLocation: place)
    }
}
