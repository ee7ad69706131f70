package import Foundation
import HoistwayTestServers
import NIOHTTP1

/// A real Chromium without a window, controlled by WebDriver: <https://www.w3.org/TR/webdriver2/>.
///
/// There is one for the whole suite, which tests use in turn.
package actor Browser {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// The page widths that are tested, in CSS pixels.
    package enum Width: Int, CaseIterable {
        case phone = 360
        /// A desktop window at a zoom of 200 %.
        case zoomed = 640
        case tablet = 800
        case desk = 1280
    }

    package enum Theme: String, CaseIterable {
        case light
        case dark
    }

    private let driver: ChromeDriver
    private let session: String
    private static let turn = Turn()
    private static let shared = Task {
        let driver = try await ChromeDriver.started.value
        return Browser(driver, session: try await driver.begin())
    }

    private init(_ driver: ChromeDriver, session: String) {
        self.driver = driver
        self.session = session
    }

    /// Gives `body` the browser for itself, with an empty window of the usual size.
    package static func with(_ body: (Browser) async throws -> Void) async throws {
        await turn.take()
        do {
            let browser = try await shared.value
            try await browser.begin()
            try await body(browser)
        } catch {
            await turn.give()
            throw error
        }
        await turn.give()
    }

    /// The same with a second browser for another person: it shares nothing with the first one, and is closed
    /// afterwards.
    package static func withTwo(_ body: (Browser, Browser) async throws -> Void) async throws {
        try await with { first in
            let second = Browser(first.driver, session: try await first.driver.begin())
            do {
                try await second.begin()
                try await body(first, second)
            } catch {
                await second.end()
                throw error
            }
            await second.end()
        }
    }

    private func end() async {
        // A session that is gone needs no end.
        _ = try? await driver.send(.DELETE, "session/\(session)", nil, as: Nothing.self)
    }

    // MARK: What tests do

    private func begin() async throws {
        try await closeTabs()
        try await open("about:blank")
        try await devTools("Network.clearBrowserCookies")
        try await setScripts(on: true)
        try await look(width: .desk, theme: .light)
        _ = try await faults()
    }

    package func open(_ url: String) async throws {
        _ = try await command(.POST, "url", ["url": url], as: Nothing.self)
    }

    /// Runs the body of a function in the page.
    package func run(_ text: String) async throws {
        _ = try await command(.POST, "execute/sync", ["script": text, "args": [String]()], as: Nothing.self)
    }

    /// Runs the body of a function in the page, and gives what it returns.
    package func value<Value: Decodable & Sendable>(
        of text: String,
        _ arguments: [String] = [],
        as type: Value.Type = Value.self
    ) async throws -> Value {
        try await command(.POST, "execute/sync", ["script": text, "args": arguments], as: type)
    }

    /// The visible text of an element; empty for a missing or hidden one.
    package func text(_ selector: String) async throws -> String {
        try await value(
            of: """
                const element = document.querySelector(arguments[0]);
                return element?.checkVisibility() ? element.innerText : "";
                """,
            [selector]
        )
    }

    package func has(_ selector: String) async throws -> Bool {
        try await value(of: "return document.querySelector(arguments[0]) !== null", [selector])
    }

    package func count(_ selector: String) async throws -> Int {
        try await value(of: "return document.querySelectorAll(arguments[0]).length", [selector])
    }

    package func address() async throws -> String { try await command(.GET, "url", as: String.self) }

    /// - Parameter isStill: whether the person prefers reduced motion.
    package func look(width: Width, theme: Theme, isStill: Bool = false) async throws {
        let scale = width == .zoomed ? 2 : 1
        let size: [String: any Sendable] = [
            "width": width.rawValue, "height": 900 / scale, "deviceScaleFactor": scale, "mobile": false,
        ]
        try await devTools("Emulation.setDeviceMetricsOverride", size)
        let features = [
            ["name": "prefers-color-scheme", "value": theme.rawValue],
            ["name": "prefers-reduced-motion", "value": isStill ? "reduce" : "no-preference"],
        ]
        try await devTools("Emulation.setEmulatedMedia", ["features": features])
    }

    package struct Cookie: Decodable, Sendable {
        package var name: String
        package var path: String
        package var secure: Bool
        package var httpOnly: Bool
        package var sameSite: String?
    }

    /// The cookies of the present page's site.
    package func cookies() async throws -> [Cookie] { try await command(.GET, "cookie", as: [Cookie].self) }

    /// Sets whether pages may run scripts.
    package func setScripts(on isOn: Bool) async throws {
        try await devTools("Emulation.setScriptExecutionDisabled", ["value": !isOn])
    }

    /// The number of pixels by which the page scrolls sideways; it should be zero.
    package func sidewaysScroll() async throws -> Int {
        try await value(of: "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    }

    /// A picture of the whole page, as PNG.
    package func picture() async throws -> Data {
        let parameters: [String: any Sendable] = ["captureBeyondViewport": true, "format": "png"]
        let body: [String: any Sendable] = ["cmd": "Page.captureScreenshot", "params": parameters]
        let made = try await command(.POST, "goog/cdp/execute", body, as: Picture.self)
        guard let data = Data(base64Encoded: made.data) else { throw Failure(description: "no picture") }
        return data
    }

    /// Faults in the console since the last call: errors, and reports of the policy.
    package func faults() async throws -> [String] {
        try await command(.POST, "se/log", ["type": "browser"], as: [Entry].self)
            .filter { $0.level == "SEVERE" || $0.level == "WARNING" }
            .map { "\($0.level): \($0.message)" }
    }

    // MARK: Tabs

    /// Opens a tab and goes to it; gives its handle.
    package func newTab() async throws -> String {
        let made = try await command(.POST, "window/new", ["type": "tab"], as: Tab.self)
        try await goTo(tab: made.handle)
        return made.handle
    }

    package func goTo(tab handle: String) async throws {
        _ = try await command(.POST, "window", ["handle": handle], as: Nothing.self)
    }

    package func tabs() async throws -> [String] { try await command(.GET, "window/handles", as: [String].self) }

    package func closeTab() async throws { _ = try await command(.DELETE, "window", as: Nothing.self) }

    private func closeTabs() async throws {
        let all = try await tabs()
        for handle in all.dropFirst() {
            try await goTo(tab: handle)
            try await closeTab()
        }
        if let first = all.first { try await goTo(tab: first) }
    }

    /// A command of Chromium's own protocol: <https://chromedevtools.github.io/devtools-protocol/>.
    package func devTools(_ name: String, _ parameters: [String: any Sendable] = [:]) async throws {
        _ = try await command(.POST, "goog/cdp/execute", ["cmd": name, "params": parameters], as: Nothing.self)
    }

    // MARK: The protocol

    private struct Picture: Decodable {
        var data: String
    }

    private struct Entry: Decodable {
        var level: String
        var message: String
    }

    private struct Tab: Decodable {
        var handle: String
    }

    /// An answer that is not read.
    struct Nothing: Decodable {
        init(from decoder: any Decoder) {}
    }

    func element(_ selector: String) async throws -> String {
        let query = ["using": "css selector", "value": selector]
        let found = try await command(.POST, "element", query, as: [String: String].self)
        guard let id = found.values.first else { throw Failure(description: "no \(selector)") }
        return id
    }

    func command<Value: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [String: any Sendable]? = nil,
        as type: Value.Type
    ) async throws -> Value {
        try await driver.send(method, "session/\(session)/\(path)", body, as: type)
    }
}
