import AsyncHTTPClient
import Foundation
import HoistwayTestServers
import NIOCore
import NIOHTTP1

/// Debian's `chromedriver`, which starts and controls browsers: <https://www.w3.org/TR/webdriver2/>.
///
/// There is one for the whole process, and it ends with it in any case: the driver is killed, and its browsers end when
/// the driver's pipes close. On a machine without Chromium the tests fail.
final class ChromeDriver: Sendable {
    static let started = Task { try await ChromeDriver() }

    private let base: String
    private let folder: TemporaryFolder
    private let process: ServerProcess

    private init() async throws {
        folder = try TemporaryFolder("hoistway-browser")
        let port = try LoopbackPort.free()
        process = try ServerProcess(
            try Self.program("chromedriver"),
            ["--port=\(port)", "--allowed-ips=127.0.0.1"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path],
            log: folder.path + "/driver.log",
            folder: folder.path
        )
        guard try await LoopbackPort.wait(for: port, of: process) else {
            let log = (try? String(contentsOfFile: folder.path + "/driver.log", encoding: .utf8)) ?? ""
            throw Browser.Failure(description: "chromedriver ended: \(log)")
        }
        base = "http://127.0.0.1:\(port)"
    }

    private static func program(_ name: String) throws -> String {
        let path = "/usr/bin/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Browser.Failure(description: "\(path) is missing: apt-get install chromium chromium-driver")
        }
        return path
    }

    // MARK: Sessions

    private struct Made: Decodable {
        var sessionId: String
    }

    /// Starts a Chromium without a window; gives the name of its session.
    func begin() async throws -> String {
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
        return try await send(.POST, "session", ["capabilities": capabilities], as: Made.self).sessionId
    }

    // MARK: The protocol

    private struct Reply<Value: Decodable>: Decodable {
        var value: Value
    }

    private struct Problem: Decodable {
        var error: String
        var message: String
    }

    func send<Value: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [String: any Sendable]?,
        as type: Value.Type
    ) async throws -> Value {
        var request = HTTPClientRequest(url: "\(base)/\(path)")
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body)))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(150))
        let bytes = Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
        guard response.status == .ok else {
            let problem = try JSONDecoder().decode(Reply<Problem>.self, from: bytes).value
            throw Browser.Failure(description: "\(path): \(problem.error): \(problem.message)")
        }
        return try JSONDecoder().decode(Reply<Value>.self, from: bytes).value
    }
}
