import HoistwayModel
package import HoistwayPorts
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// The console's address and host names.
package struct ConsoleConfiguration: Sendable {
    /// Address without port: `127.0.0.1`, `::1`, `0.0.0.0`.
    package var host: String
    /// 0: any free one.
    package var port: Int
    /// Names in addition to the address and loopback that a `Host` header may have: hosts, or URLs such as `publicURL`.
    package var names: [String]
    /// The most connections at one time; more wait in the kernel's queue.
    package var maxConnections: Int
    /// The projects of a receiver; decides which of its deliveries a token for one project may see.
    package var projectsOfReceiver: @Sendable (_ receiver: String) -> Set<String>
    /// The newest refusals, newest first; `nil`: of all receivers.
    package var refusals: @Sendable (_ receiver: String?) -> [RefusalView]
    /// Manifests in Git.
    package var manifests: @Sendable () async -> [ManifestSourceView]
    /// Clusters that a token for this project may see; `nil`: all.
    package var clusters: @Sendable (_ project: String?) -> [ClusterView]
    /// The program's version.
    package var version: String
    /// `console.publicURL`: addresses in answers begin with its path.
    package var publicURL: String?
    /// The pace of event streams.
    package var pace = EventStreams.Pace()

    package init(
        host: String,
        port: Int,
        names: [String] = [],
        maxConnections: Int = 256,
        projectsOfReceiver: @escaping @Sendable (_ receiver: String) -> Set<String>,
        refusals: @escaping @Sendable (_ receiver: String?) -> [RefusalView] = { _ in [] },
        manifests: @escaping @Sendable () async -> [ManifestSourceView] = { [] },
        clusters: @escaping @Sendable (_ project: String?) -> [ClusterView] = { _ in [] },
        version: String = "0",
        publicURL: String? = nil
    ) {
        self.host = host
        self.port = port
        self.names = names
        self.maxConnections = maxConnections
        self.projectsOfReceiver = projectsOfReceiver
        self.refusals = refusals
        self.manifests = manifests
        self.clusters = clusters
        self.version = version
        self.publicURL = publicURL
    }

    /// The path of the listener for clients: empty, or begins with a slash and does not end with one.
    var base: String { publicURL.flatMap { PublicAddress($0) }?.path ?? "" }
}

/// The private listener: the REST API below `/api/v1`.
///
/// It also has pages, if there are any.
package struct ConsoleServer: Service {
    private let configuration: ConsoleConfiguration
    private let pipelines: any PipelineOperator
    private let store: any StateStore
    private let clock: any WallClock
    private let feed: ChangeFeed
    private let keys: any RequestBook
    package let streams: EventStreams
    private let pages: (any ConsolePages)?
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - feed: changes of the pipelines.
    ///   - keys: keeps requests that may be sent again.
    ///   - pages: pages for the same listener; `nil`: none.
    ///   - onListening: called with the port once connections are accepted.
    package init(
        configuration: ConsoleConfiguration,
        pipelines: any PipelineOperator,
        store: any StateStore,
        clock: any WallClock,
        feed: ChangeFeed,
        keys: any RequestBook,
        pages: (any ConsolePages)? = nil,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.pipelines = pipelines
        self.store = store
        self.clock = clock
        self.feed = feed
        self.keys = keys
        streams = EventStreams(feed: feed, version: configuration.version, pace: configuration.pace)
        self.pages = pages
        self.logger = logger
        self.onListening = onListening
    }

    package func run() async throws {
        let application = Application(
            router: router(),
            server: .quietHTTP1,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maxConnections)
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        try await ListenFailure.telling(host: configuration.host, port: configuration.port, key: "console.listen") {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                // The listener waits for running answers, and these would never end.
                streams.stop()
            }
        }
    }

    private func router() -> Router<ConsoleContext> {
        let router = Router(context: ConsoleContext.self)
        router.add(
            middleware: ListenerMiddleware(
                hosts: AllowedHosts(listen: configuration.host, configured: configuration.names),
                logger: logger
            )
        )
        let tokens = TokenCheck(store: store)
        let refusals = RefusalTrail(store: store, clock: clock, feed: feed, logger: logger)
        let services = APIServices(
            configuration: configuration,
            pipelines: pipelines,
            store: store,
            clock: clock,
            feed: feed,
            tokens: tokens,
            streams: streams,
            keys: KeyedRequests(book: keys, clock: clock, logger: logger),
            pages: pages,
            refusals: refusals
        )
        router.add(middleware: APIMiddleware(api: API(services: services)))
        let parts = ConsoleParts(
            pipelines: pipelines,
            tokens: tokens,
            feed: feed,
            streams: streams,
            receivers: services.visibility,
            refusals: refusals,
            keys: services.keys,
            logger: logger
        )
        pages?.add(to: router, parts)
        return router
    }
}

extension ConsoleServer: CustomStringConvertible {
    /// For the log of the group of services.
    package var description: String { "console" }
}
