import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// Whether the program can work; the reason is for people.
package enum Readiness: Sendable, Equatable {
    case ready
    /// It can work, and also does something that people should know about.
    case readyWhile(String)
    /// The text has nothing about pipelines or payloads: the listener needs no token.
    case notReady(String)
}

/// The listener for monitoring: `/livez`, `/readyz` and `/metrics`.
///
/// It needs no token and shows nothing of payloads; metrics have the names of projects, stages and receivers.
package struct HealthServer: Service {
    private let host: String
    private let port: Int
    private let registry: PrometheusRegistry
    private let beforeScrape: @Sendable () async -> Void
    private let readiness: @Sendable () async -> Readiness
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - beforeScrape: updates gauges that are sampled and not counted.
    ///   - onListening: called with the port once connections are accepted.
    package init(
        host: String,
        port: Int,
        registry: PrometheusRegistry,
        beforeScrape: @escaping @Sendable () async -> Void = {},
        readiness: @escaping @Sendable () async -> Readiness,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.registry = registry
        self.beforeScrape = beforeScrape
        self.readiness = readiness
        self.logger = logger
        self.onListening = onListening
    }

    package func run() async throws {
        let router = Router()
        router.get("livez") { _, _ in Self.text("ok\n") }
        router.get("readyz") { _, _ in
            switch await readiness() {
            case .ready: Self.text("ok\n")
            case .readyWhile(let work): Self.text("ok\n\(work)\n")
            case .notReady(let reason): Self.text("\(reason)\n", status: .serviceUnavailable)
            }
        }
        router.get("metrics") { _, _ in
            await beforeScrape()
            return Self.text(registry.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
        let application = Application(
            router: router,
            server: .quietHTTP1,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(64)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        try await ListenFailure.telling(host: host, port: port, key: "health.listen") {
            try await application.run()
        }
    }

    private static func text(
        _ text: String,
        status: HTTPResponse.Status = .ok,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

extension HealthServer: CustomStringConvertible {
    /// For the log of the group of services.
    package var description: String { "health" }
}
