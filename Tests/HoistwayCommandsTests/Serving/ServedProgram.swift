import AsyncHTTPClient
import Foundation
import HoistwayTestServers
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// The real program in a folder of its own, on free ports of the loopback interface.
///
/// It may be started, killed and started again; its log is one file through all of this.
final class ServedProgram: Sendable {
    let folder: TemporaryFolder
    let ports: ServedPorts
    fileprivate let process = Mutex<ServerProcess?>(nil)

    var configFile: String { "\(folder.path)/hoistway.yaml" }
    var database: String { "\(folder.path)/var/hoistway.db" }
    var logFile: String { "\(folder.path)/serve.log" }
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    init(_ configuration: ServedConfiguration, ports chosen: ServedPorts? = nil) throws {
        folder = try TemporaryFolder("hoistway-served")
        ports = try chosen ?? ServedPorts()
        for (name, text) in configuration.files { try folder.write(text, to: name) }
        try folder.write(configuration.text(ports), to: "hoistway.yaml")
    }

    /// Beside the tests, where the build has put it.
    static var program: String { get throws { try program(named: "hoistway") } }

    static func program(named name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
        guard access(path, X_OK) == 0 else {
            throw TestServerError.failed("looking for the program", detail: "there is no \(path)")
        }
        return path
    }

    // MARK: Its life

    /// Returns once it listens for webhooks.
    func start(under wrapper: [String] = []) async throws {
        guard try await begin(wrapper + [try Self.program]) else {
            throw TestServerError.failed("starting hoistway", detail: String(log.suffix(2000)))
        }
    }

    /// The same of a program that may end at once; false where it did, before it listened.
    ///
    /// - Parameter command: the program, after what `env` is to set.
    func begin(_ command: [String]) async throws -> Bool {
        // Sockets of one that was stopped may stay open for some milliseconds after its end.
        try await eventually("nobody to listen on its ports") {
            !LoopbackPort.isOpen(ports.webhooks) && !LoopbackPort.isOpen(ports.console)
        }
        let new = try ServerProcess(
            "/usr/bin/env",
            command + ["serve", "--config", configFile],
            environment: TestProgram.environment(home: folder.path),
            log: logFile
        )
        process.withLock { $0 = new }
        try await eventually("hoistway to listen") {
            guard new.isRunning else { return true }
            return LoopbackPort.isOpen(ports.webhooks) && LoopbackPort.isOpen(ports.console)
        }
        return new.isRunning
    }

    /// With `SIGKILL`, at once.
    func kill() {
        process.withLock { $0?.killAtOnce() }
    }

    /// With `SIGTERM`, and it is waited for.
    func stop() {
        process.withLock {
            $0?.stop()
            $0 = nil
        }
    }

    /// Starts it, runs `body`, stops it.
    func serving<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await explained {
            try await start()
            return try await body()
        }
    }

    /// Runs `body`, and stops the program.
    ///
    /// Where that fails, the end of the log is shown.
    func explained<Result>(_ body: () async throws -> Result) async throws -> Result {
        defer { stop() }
        do {
            return try await body()
        } catch {
            Issue.record("the server's log ends so:\n\(log.split(separator: "\n").suffix(60).joined(separator: "\n"))")
            throw error
        }
    }

    // MARK: Talking to it

    /// Tells at once that nobody listens; the shared one would try again with growing pauses.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Sends a body to a receiver; gives the status.
    ///
    /// Where a busy disk has no time for it, it is sent again, as people do at the host; that it was stored after all, and
    /// is known by then, counts as the first acceptance.
    func post(_ payload: Payload, to path: String) async throws -> Int {
        var statuses: [Int] = []
        try await eventually("an answer other than 503") {
            statuses.append(try await answer(to: payload, at: path).status)
            return statuses.last != 503
        }
        return statuses.count > 1 && statuses.last == 200 ? 202 : statuses.last ?? 503
    }

    /// The status, and when to come again.
    func answer(to payload: Payload, at path: String) async throws -> (status: Int, retryAfter: String?) {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(ports.webhooks)\(path)")
        request.method = .POST
        for (name, value) in payload.headers { request.headers.add(name: name, value: value) }
        // A kept connection may lead to a program that was stopped meanwhile.
        request.headers.replaceOrAdd(name: "Connection", value: "close")
        request.body = .bytes(ByteBuffer(bytes: payload.body))
        let answer = try await Self.client.execute(request, timeout: .seconds(60))
        _ = try await answer.body.collect(upTo: 1 << 20)
        return (Int(answer.status.code), answer.headers.first(name: "Retry-After"))
    }

    /// Asks the listener for machines: `metrics`, `readyz`.
    func health(_ path: String) async throws -> String {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(ports.health)/\(path)")
        request.headers.add(name: "Connection", value: "close")
        let answer = try await Self.client.execute(request, timeout: .seconds(60))
        return String(buffer: try await answer.body.collect(upTo: 4 << 20))
    }

    /// Asks the API as the command line would, with the token of the state folder.
    func get<Value: Decodable>(_ path: String, as type: Value.Type) async throws -> Value {
        try JSONDecoder().decode(type, from: Data(try await getText(path).utf8))
    }

    func getText(_ path: String) async throws -> String {
        let token = try String(contentsOfFile: "\(folder.path)/var/token", encoding: .utf8)
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(ports.console)/api/v1/\(path)")
        request.headers.add(name: "Authorization", value: "Bearer \(token.split(separator: "\n").joined())")
        request.headers.add(name: "Connection", value: "close")
        let answer = try await Self.client.execute(request, timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: 64 << 20)
        guard answer.status == .ok else {
            throw TestServerError.failed("GET \(path)", detail: "\(answer.status.code) \(String(buffer: body))")
        }
        return String(buffer: body)
    }

    /// Runs a command of the program with this configuration.
    @discardableResult
    func command(_ arguments: String...) async throws -> TestProgram.Result {
        try await command(arguments)
    }

    @discardableResult
    func command(_ arguments: [String], input: [UInt8] = []) async throws -> TestProgram.Result {
        try await TestProgram.run(
            try Self.program,
            arguments + ["--config", configFile],
            in: folder.path,
            input: input
        )
    }
}

/// Ports that nobody listened on when they were chosen.
struct ServedPorts: Sendable {
    let webhooks: Int
    let console: Int
    let health: Int

    init() throws {
        webhooks = try LoopbackPort.free()
        console = try LoopbackPort.free()
        health = try LoopbackPort.free()
    }
}

extension ServedProgram {
    var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }
}

extension ServedProgram {
    /// Sends the program itself a signal; what watches over it gets none.
    func signal(_ signal: Int32) throws {
        for pid in try pids() { #expect(Foundation.kill(pid, signal) == 0) }
    }

    /// Of the program itself, not of what watches over it.
    func pids() throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard let pid = pid_t(name), let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return nil }
            let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
            return words.first?.hasSuffix("/hoistway") == true && words.contains(Substring(configFile)) ? pid : nil
        }
    }
}
