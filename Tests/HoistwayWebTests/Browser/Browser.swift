import AsyncHTTPClient
import Foundation
import HoistwayTestServers
import NIOCore
import NIOHTTP1

/// A real Chromium without a window, driven by WebDriver: <https://www.w3.org/TR/webdriver2/>.
///
/// One runs for the whole suite, and tests take turns with it. It ends with this process, however that ends: the driver
/// is killed with it, and the browser ends when the driver's pipe closes. A machine without Chromium fails the tests.
actor Browser {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The sizes that pages are made for.
    enum Width: Int, CaseIterable {
        case phone = 360
        case tablet = 800
        case desk = 1280
    }

    enum Theme: String, CaseIterable {
        case light
        case dark
    }

    private let driver: ServerProcess
    private let folder: TemporaryFolder
    private let base: String
    private let session: String
    private static let turn = Turn()
    private static let started = Task { try await Browser() }

    /// Lets `body` have the browser for itself, with an empty window at the usual size.
    static func with(_ body: (Browser) async throws -> Void) async throws {
        await turn.take()
        do {
            let browser = try await started.value
            try await browser.begin()
            try await body(browser)
        } catch {
            await turn.give()
            throw error
        }
        await turn.give()
    }

    private init() async throws {
        folder = try TemporaryFolder("hoistway-browser")
        let port = try LoopbackPort.free()
        let program = try Self.program("chromedriver")
        driver = try ServerProcess(
            program,
            ["--port=\(port)", "--allowed-ips=127.0.0.1"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path],
            log: folder.path + "/driver.log",
            folder: folder.path
        )
        guard try await LoopbackPort.wait(for: port, of: driver) else {
            let log = (try? String(contentsOfFile: folder.path + "/driver.log", encoding: .utf8)) ?? ""
            throw Failure(description: "chromedriver ended: \(log)")
        }
        base = "http://127.0.0.1:\(port)"
        let options: [String: any Sendable] = [
            "binary": try Self.program("chromium"),
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--remote-debugging-pipe",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--force-color-profile=srgb", "--hide-scrollbars", "--lang=en-US",
                "--disable-features=Translate,OptimizationHints,MediaRouter", "--proxy-server=direct://",
                "--host-resolver-rules=MAP hoistway.example.com 127.0.0.1",
            ],
        ]
        let wanted: [String: any Sendable] = [
            "browserName": "chrome", "acceptInsecureCerts": true, "goog:chromeOptions": options,
            "goog:loggingPrefs": ["browser": "ALL"], "timeouts": ["pageLoad": 120_000, "script": 120_000],
        ]
        let capabilities: [String: any Sendable] = ["alwaysMatch": wanted]
        let made = try await Self.send(.POST, base + "/session", ["capabilities": capabilities], as: Made.self)
        session = made.sessionId
    }

    private static func program(_ name: String) throws -> String {
        let path = "/usr/bin/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "\(path) is missing: apt-get install chromium chromium-driver")
        }
        return path
    }

    // MARK: What tests do

    private func begin() async throws {
        try await closeTabs()
        try await open("about:blank")
        try await devTools("Network.clearBrowserCookies")
        try await look(width: .desk, theme: .light)
        _ = try await faults()
    }

    func open(_ url: String) async throws {
        _ = try await command(.POST, "url", ["url": url], as: Nothing.self)
    }

    /// Runs the body of a function in the page.
    func run(_ text: String) async throws {
        _ = try await command(.POST, "execute/sync", ["script": text, "args": [String]()], as: Nothing.self)
    }

    /// Runs the body of a function in the page, and gives what it returns.
    func value<Value: Decodable & Sendable>(
        of text: String,
        _ arguments: [String] = [],
        as type: Value.Type = Value.self
    ) async throws -> Value {
        try await command(.POST, "execute/sync", ["script": text, "args": arguments], as: type)
    }

    /// What a person can read of an element; empty for one that is not there or hidden.
    func text(_ selector: String) async throws -> String {
        try await value(
            of: """
                const element = document.querySelector(arguments[0]);
                return element?.checkVisibility() ? element.innerText : "";
                """,
            [selector]
        )
    }

    func has(_ selector: String) async throws -> Bool {
        try await value(of: "return document.querySelector(arguments[0]) !== null", [selector])
    }

    func count(_ selector: String) async throws -> Int {
        try await value(of: "return document.querySelectorAll(arguments[0]).length", [selector])
    }

    func address() async throws -> String { try await command(.GET, "url", as: String.self) }

    /// Clicks as a person does: in the middle of what can be seen.
    func click(_ selector: String) async throws {
        _ = try await command(.POST, "element/\(try await element(selector))/click", [:], as: Nothing.self)
    }

    /// Clicks on what leads to another page, and returns once that page is there.
    func click(_ selector: String, to address: String) async throws {
        try await click(selector)
        try await arrive(at: address)
    }

    func arrive(at address: String) async throws {
        try await eventually("the page \(address)") {
            // Between two pages there is no document to ask.
            (try? await value(of: "return document.readyState + location.href")) == "complete" + address
        }
    }

    func type(_ text: String, into selector: String) async throws {
        _ = try await command(.POST, "element/\(try await element(selector))/value", ["text": text], as: Nothing.self)
    }

    /// Presses keys, wherever the focus is.
    func press(_ keys: String) async throws {
        let actions = keys.flatMap { key in
            [["type": "keyDown", "value": String(key)], ["type": "keyUp", "value": String(key)]]
        }
        let device: [String: any Sendable] = ["type": "key", "id": "keys", "actions": actions]
        _ = try await command(.POST, "actions", ["actions": [device]], as: Nothing.self)
    }

    /// The keys that have no letter: <https://www.w3.org/TR/webdriver2/#keyboard-actions>.
    enum Key {
        static let tab = "\u{E004}"
        static let enter = "\u{E007}"
        static let escape = "\u{E00C}"
    }

    func look(width: Width, theme: Theme) async throws {
        let size: [String: any Sendable] = [
            "width": width.rawValue, "height": 900, "deviceScaleFactor": 1, "mobile": false,
        ]
        try await devTools("Emulation.setDeviceMetricsOverride", size)
        let features = [["name": "prefers-color-scheme", "value": theme.rawValue]]
        try await devTools("Emulation.setEmulatedMedia", ["features": features])
    }

    /// How far the page can be scrolled to the side, in pixels; nothing should.
    func sidewaysScroll() async throws -> Int {
        try await value(of: "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    }

    /// A picture of the whole page, as PNG.
    func picture() async throws -> Data {
        let parameters: [String: any Sendable] = ["captureBeyondViewport": true, "format": "png"]
        let body: [String: any Sendable] = ["cmd": "Page.captureScreenshot", "params": parameters]
        let made = try await command(.POST, "goog/cdp/execute", body, as: Picture.self)
        guard let data = Data(base64Encoded: made.data) else { throw Failure(description: "no picture") }
        return data
    }

    /// What the console has told since the last question, and is a fault: errors, and reports of the policy.
    func faults() async throws -> [String] {
        try await command(.POST, "se/log", ["type": "browser"], as: [Entry].self)
            .filter { $0.level == "SEVERE" || $0.level == "WARNING" }
            .map { "\($0.level): \($0.message)" }
    }

    // MARK: Tabs

    /// Opens a tab and goes to it; gives its handle.
    func newTab() async throws -> String {
        let made = try await command(.POST, "window/new", ["type": "tab"], as: Tab.self)
        try await goTo(tab: made.handle)
        return made.handle
    }

    func goTo(tab handle: String) async throws {
        _ = try await command(.POST, "window", ["handle": handle], as: Nothing.self)
    }

    func tabs() async throws -> [String] { try await command(.GET, "window/handles", as: [String].self) }

    func closeTab() async throws { _ = try await command(.DELETE, "window", as: Nothing.self) }

    private func closeTabs() async throws {
        let all = try await tabs()
        for handle in all.dropFirst() {
            try await goTo(tab: handle)
            try await closeTab()
        }
        if let first = all.first { try await goTo(tab: first) }
    }

    /// A command of Chromium's own protocol: <https://chromedevtools.github.io/devtools-protocol/>.
    func devTools(_ name: String, _ parameters: [String: any Sendable] = [:]) async throws {
        _ = try await command(.POST, "goog/cdp/execute", ["cmd": name, "params": parameters], as: Nothing.self)
    }

    // MARK: The protocol

    private struct Reply<Value: Decodable>: Decodable {
        var value: Value
    }

    private struct Made: Decodable {
        var sessionId: String
    }

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

    /// An answer that is not looked at.
    private struct Nothing: Decodable {
        init(from decoder: any Decoder) {}
    }

    private struct Problem: Decodable {
        var error: String
        var message: String
    }

    private func element(_ selector: String) async throws -> String {
        let query = ["using": "css selector", "value": selector]
        let found = try await command(.POST, "element", query, as: [String: String].self)
        guard let id = found.values.first else { throw Failure(description: "no \(selector)") }
        return id
    }

    private func command<Value: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [String: any Sendable]? = nil,
        as type: Value.Type
    ) async throws -> Value {
        try await Self.send(method, "\(base)/session/\(session)/\(path)", body, as: type)
    }

    private static func send<Value: Decodable>(
        _ method: HTTPMethod,
        _ url: String,
        _ body: [String: any Sendable]?,
        as type: Value.Type
    ) async throws -> Value {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(150))
        let bytes = Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
        guard response.status == .ok else {
            let problem = try JSONDecoder().decode(Reply<Problem>.self, from: bytes).value
            throw Failure(description: "\(url): \(problem.error): \(problem.message)")
        }
        return try JSONDecoder().decode(Reply<Value>.self, from: bytes).value
    }
}

/// Lets one go on at a time, in the order of coming.
private actor Turn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        guard !waiting.isEmpty else {
            isTaken = false
            return
        }
        waiting.removeFirst().resume()
    }
}
