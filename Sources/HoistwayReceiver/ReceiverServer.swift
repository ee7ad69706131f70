import HoistwayModel
package import HoistwayPorts
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The public listener: accepts signed webhooks, and answers when they are on the disk.
///
/// All methods may be called from any task. `run()` is called once; it returns after a graceful shutdown, when all
/// running requests have their answers. The inbox must stay open until then.
package final class ReceiverServer: Service {
    /// The resources of a listening server.
    private struct Listening {
        let group: MultiThreadedEventLoopGroup
        let loops: [ObjectIdentifier: ReceiverLoop]
        let channel: any Channel
    }

    private let core: ReceiverCore
    private let listening = Mutex<Listening?>(nil)
    private let onListening: @Sendable (Int) -> Void

    /// Reads the certificate, if there is one.
    ///
    /// - Parameter onListening: called with the port, once connections are accepted.
    package init(
        settings: ReceiverSettings,
        routes: [ReceiverRoute],
        inbox: any Inbox,
        clock: any WallClock,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) throws(ReceiverFailure) {
        var context: NIOSSLContext?
        if let tls = settings.tls { context = try tls.context() }
        core = ReceiverCore(
            settings: settings,
            routes: routes,
            tls: context,
            inbox: inbox,
            clock: clock,
            logger: logger
        )
        self.onListening = onListening
    }

    /// Takes effect with the next request; running requests keep their route.
    package func replaceRoutes(_ routes: [ReceiverRoute]) {
        core.replaceRoutes(routes)
    }

    /// The newest refusals, newest first; `nil`: of all receivers.
    package func refusals(of receiver: String?) -> [RefusalView] {
        core.refusalBook.refusals(of: receiver)
    }

    /// Updates the gauges; call it before they are read.
    package func sample() {
        core.sample()
    }

    /// Reads the certificate again, for new connections.
    ///
    /// A bad one changes nothing.
    package func reloadCertificate() throws(ReceiverFailure) {
        guard let tls = core.settings.tls else { return }
        core.tlsContext = try tls.context()
    }

    package func run() async throws {
        if listening.withLock({ $0 == nil }) { try await listen() }
        // It throws if the task is cancelled, which ends in the same way: running requests are answered.
        try? await gracefulShutdown()
        try await close()
    }

    /// Accepts connections from now on, before `run()`: for a program whose other parts take longer to start.
    ///
    /// Call it at most once; without a later `run()`, call `close()`.
    package func listen() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: core.settings.eventLoops)
        var loops: [ObjectIdentifier: ReceiverLoop] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = ReceiverLoop(core: core, eventLoop: eventLoop)
        }
        let channel: any Channel
        do {
            channel = try await bind(on: group, loops)
        } catch {
            // Only the first failure is reported.
            try? await group.shutdownGracefully()
            throw error
        }
        listening.withLock { $0 = Listening(group: group, loops: loops, channel: channel) }
        onListening(channel.localAddress?.port ?? core.settings.port)
        core.logger.info("listening for webhooks", metadata: ["address": "\(channel.localAddress?.description ?? "")"])
    }

    /// Accepts no more connections, and returns when all running requests have their answers.
    package func close() async throws {
        guard let held = listening.withLock({ $0.take() }) else { return }
        try? await held.channel.close()
        do {
            // All at the same time: connections of one loop must not wait for requests of another.
            for drained in held.loops.values.map({ $0.drain() }) { try await drained.get() }
        } catch {
            // Only the first failure is reported.
            try? await held.group.shutdownGracefully()
            throw error
        }
        try await held.group.shutdownGracefully()
    }

    private func bind(
        on group: MultiThreadedEventLoopGroup,
        _ loops: [ObjectIdentifier: ReceiverLoop]
    ) async throws(ReceiverFailure) -> any Channel {
        let settings = core.settings
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [core] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else {
                        preconditionFailure("a connection came on an event loop of another group")
                    }
                    try Self.prepare(channel, loop, core)
                }
            }
        do {
            // A numeric address needs no resolver, whose thread would have to start first.
            if let address = try? SocketAddress(ipAddress: settings.host, port: settings.port) {
                return try await bootstrap.bind(to: address).get()
            }
            return try await bootstrap.bind(host: settings.host, port: settings.port).get()
        } catch {
            throw .cannotListen(address: "\(settings.host):\(settings.port)", detail: PlainError.text(of: error))
        }
    }

    private static func prepare(_ channel: any Channel, _ loop: ReceiverLoop, _ core: ReceiverCore) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = core.settings.limits.headerBytes
        limits.maxHeaderListSize = core.settings.limits.headerBytes
        limits.maxHeaderFieldCount = core.settings.limits.headerCount
        let connection = ReceiverConnection(loop: loop)
        let pipeline = channel.pipeline.syncOperations
        if let tls = core.tlsContext { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.addHandler(ByteWatcher(connection))
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)))
        try pipeline.addHandler(connection)
    }
}

extension ReceiverServer: CustomStringConvertible {
    /// For the log of the group of services.
    package var description: String { "receiver" }
}
