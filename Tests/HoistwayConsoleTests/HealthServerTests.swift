import AsyncHTTPClient
import Logging
import Metrics
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing

@testable import HoistwayConsole

struct HealthServerTests {
    @Test func `health says whether it lives, whether it is ready, and what it counted`() async throws {
        let registry = PrometheusRegistry()
        Counter(label: "hoistway_x_total", factory: registry).increment()
        let box = Box(.notReady("the configuration is being read"))
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HealthServer(
            host: "127.0.0.1",
            port: 0,
            registry: registry,
            readiness: { box.value },
            logger: logger,
            onListening: { listening.yield($0) }
        )
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports.prefix(1) {
                #expect(try await Self.get(port, "livez") == Answer(status: 200, body: "ok\n"))
                #expect(
                    try await Self.get(port, "readyz")
                        == Answer(status: 503, body: "the configuration is being read\n")
                )
                box.value = .ready
                #expect(try await Self.get(port, "readyz") == Answer(status: 200, body: "ok\n"))
                box.value = .readyWhile("promotions are moved: 20 of 40")
                #expect(
                    try await Self.get(port, "readyz")
                        == Answer(status: 200, body: "ok\npromotions are moved: 20 of 40\n")
                )
                #expect(try await Self.get(port, "metrics").body.contains("hoistway_x_total 1\n"))
                #expect(try await Self.get(port, "api/v1/stages").status == 404)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private struct Answer: Equatable {
        var status: UInt
        var body: String
    }

    private static func get(_ port: Int, _ path: String) async throws -> Answer {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/\(path)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: response.status.code, body: String(buffer: body))
    }
}

/// A readiness that the test changes while the server runs.
private final class Box: Sendable {
    private let kept: Mutex<Readiness>

    init(_ value: Readiness) { kept = Mutex(value) }

    var value: Readiness {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}
