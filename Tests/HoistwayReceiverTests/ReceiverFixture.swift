import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

struct FixedClock: WallClock {
    func now() -> Timestamp { Timestamp(seconds: 1_767_225_600) }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

/// Accepts what carries `x-test-signature: good`.
struct TestVerifier: RequestVerifier {
    func verify(headers: [HeaderLine], body: [UInt8], now: Timestamp) -> RequestVerdict {
        let signatures = headers.filter { $0.name.lowercased() == "x-test-signature" }.map(\.value)
        guard signatures == ["good"] else { return .refused(scheme: "test", reason: "mismatch") }
        return .accepted(AcceptedRequest(verdict: "test#0", isEvidence: true))
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension ReceiverLimits {
    /// Only a defect reaches these times: a test sets those that it is about.
    static var patient: ReceiverLimits {
        var limits = ReceiverLimits()
        limits.headerTime = .seconds(60)
        limits.bodyTime = .seconds(60)
        limits.answerTime = .seconds(60)
        return limits
    }
}

/// Runs a server for as long as the body runs, then shuts it down gracefully.
func withReceiver(
    _ inbox: FakeInbox,
    limits: ReceiverLimits = .patient,
    tls: ReceiverTLS? = nil,
    trustedProxies: [AddressRange] = [],
    routes: [ReceiverRoute]? = nil,
    logger: Logger = .quiet,
    _ body: (_ port: Int, _ server: ReceiverServer, _ shutDown: @Sendable () async -> Void) async throws -> Void
) async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let settings = ReceiverSettings(
        host: "127.0.0.1",
        port: 0,
        tls: tls,
        trustedProxies: trustedProxies,
        limits: limits
    )
    let server = try ReceiverServer(
        settings: settings,
        routes: routes ?? [
            ReceiverRoute(
                name: "app",
                path: "/hook/app",
                verifier: TestVerifier(),
                maxBodyBytes: 1000,
                idHeaders: ["x-test-id"]
            )
        ],
        inbox: inbox,
        clock: FixedClock(),
        logger: logger,
        onListening: { port.yield($0) }
    )
    let services = ServiceGroup(services: [server], logger: .quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        guard let number = await ports.first(where: { _ in true }) else { return }
        try await body(number, server) { await services.triggerGracefulShutdown() }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
    }
}

/// A request as bytes.
func post(
    _ body: String,
    path: String = "/hook/app",
    headers: [String] = [],
    signature: String = "good",
    contentType: String? = "application/json",
    closing: Bool = true
) -> String {
    var lines = ["POST \(path) HTTP/1.1", "host: localhost", "content-length: \(body.utf8.count)"]
    lines.append("x-test-signature: \(signature)")
    if let contentType { lines.append("content-type: \(contentType)") }
    if closing { lines.append("connection: close") }
    return (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// Sends bytes on a connection of their own and gives everything that comes back.
func exchange(_ port: Int, _ bytes: String) async throws -> String {
    let client = try await TestClient.connect(to: port)
    // The server may have answered and closed before everything was sent.
    try? await client.send(bytes)
    return await client.readToEnd()
}

func status(_ answer: String) -> String {
    String(answer.split(separator: " ", maxSplits: 2).dropFirst().first ?? "no answer")
}

/// Sends a request and expects the status of its answer.
///
/// Sent again where the connection was cut without an answer: on a busy machine the request itself may come too late for
/// the short limits that some tests give the server.
///
/// - Returns: how often it was sent.
@discardableResult
func expect(
    _ code: String,
    from request: String,
    at port: Int,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> Int {
    let end = ContinuousClock.now + .seconds(120)
    var answer = ""
    var times = 0
    repeat {
        times += 1
        answer = (try? await exchange(port, request)) ?? ""
    } while answer.isEmpty && ContinuousClock.now < end
    #expect(status(answer) == code, sourceLocation: sourceLocation)
    return times
}
