package import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A Kubernetes API server on the loopback interface, in this process, with its objects in memory.
///
/// It is real enough for `kubectl`: discovery, get, list by pages, watch, create, update, merge and JSON patch, delete.
/// Not here: tables (clients accept the plain JSON), OpenAPI (`kubectl apply` needs `--validate=false`), protobuf,
/// admission, deletion of collections, server-side apply.
package final class KubernetesServer: Sendable {
    package struct Options: Sendable {
        /// With certificates made for this test; a client may use one too.
        package var usesTLS = false
        /// Whether the server's certificate has expired, with `usesTLS`.
        package var hasExpiredCertificate = false
        /// Whether a token or a client certificate is required.
        package var wantsLogin = false
        package var resources = KubernetesResource.all
        /// `nil`: a free one.
        package var port: Int?
        /// Least number of changes that are stored for watches that continue.
        package var historyLimit = 5000
        package var clock: @Sendable () -> Date = { Date() }

        package init() {}
    }

    /// The valid token with ``Options/wantsLogin``.
    package static let token = "kubernetes-test-token"
    /// The user of the token and the certificate.
    package static let user = "system:serviceaccount:hoistway:hoistway"

    package let port: Int
    package let options: Options
    let core: KubernetesCore
    private let folder: TemporaryFolder
    private let certificates: KubernetesCertificates?
    private let tls: NIOSSLContext?
    private let users: [[UInt8]: String]
    private let listening = Mutex<(any Channel)?>(nil)
    private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    private init(options: Options) async throws {
        self.options = options
        folder = try TemporaryFolder("hoistway-kubernetes")
        port = try options.port ?? LoopbackPort.free()
        core = KubernetesCore(options: options)
        guard options.usesTLS else {
            (certificates, tls, users) = (nil, nil, [:])
            return
        }
        let made = try await KubernetesCertificates.make(in: folder.path)
        try await made.issue("server", user: "127.0.0.1", hasExpired: options.hasExpiredCertificate)
        try await made.issue("client", user: Self.user)
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(made.certificate("server")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: made.key("server"), format: .pem))
        )
        settings.certificateVerification = .optionalVerification
        settings.trustRoots = .file(made.authority)
        settings.applicationProtocols = ["http/1.1"]
        tls = try NIOSSLContext(configuration: settings)
        let own = try NIOSSLCertificate.fromPEMFile(made.certificate("client"))
        users = Dictionary(try own.map { (try $0.toDERBytes(), Self.user) }) { $1 }
        certificates = made
    }

    package static func start(options: Options = Options()) async throws -> KubernetesServer {
        let server = try await KubernetesServer(options: options)
        if options.wantsLogin { server.setAccess { $0.tokens = [token: user] } }
        for name in ["default", "argocd"] { server.makeNamespace(name) }
        try await server.listen()
        return server
    }

    package var url: String { "\(options.usesTLS ? "https" : "http")://127.0.0.1:\(port)" }
    /// The certificate to trust, with `usesTLS`.
    package var authorityFile: String? { certificates?.authority }
    /// The client certificate for a login, with `usesTLS`.
    package var clientCertificate: (file: String, key: String)? {
        certificates.map { ($0.certificate("client"), $0.key("client")) }
    }

    /// Ends everything, watches too; the objects are gone.
    package func stop() {
        let channel = listening.withLock { $0.take() }
        channel?.close(promise: nil)
        closeConnections()
        folder.remove()
    }

    /// Stops listening and closes all connections: the server is down until ``listen()``, and keeps its state.
    package func goDown() async throws {
        let channel = listening.withLock { $0.take() }
        try await channel?.close()
        closeConnections()
    }

    /// Closes all connections; new ones are accepted.
    package func closeConnections() {
        for channel in connections.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }

    /// Listens, at first and again after ``goDown()``.
    package func listen() async throws {
        // These loops never end: an answer may be ready only after the server was stopped.
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel) }
            }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        listening.withLock { $0 = channel }
    }

    private func prepare(_ channel: any Channel) throws {
        let id = ObjectIdentifier(channel)
        connections.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            _ = self?.connections.withLock { $0.removeValue(forKey: id) }
        }
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
        try pipeline.addHandler(KubernetesConnection(core: core, users: users))
    }

    // MARK: Files for clients

    package enum Login: Sendable {
        case none, token, certificate
    }

    /// This cluster's entry in a kubeconfig.
    package func cluster(_ login: Login) throws -> Kubeconfig.Cluster {
        let way: Kubeconfig.Login
        switch login {
        case .none: way = .none
        case .token: way = .token(Self.token)
        case .certificate:
            guard let files = clientCertificate else {
                throw TestServerError.failed("writing a kubeconfig", detail: "without TLS there are no certificates")
            }
            way = .certificate(file: files.file, key: files.key)
        }
        return Kubeconfig.Cluster(server: url, authorityFile: authorityFile, login: way)
    }

    /// Writes a kubeconfig whose only context is `main`; gives its path.
    package func writeKubeconfig(_ login: Login = .token, holdsData: Bool = false) throws -> String {
        var config = Kubeconfig(clusters: ["main": try cluster(login)])
        config.holdsData = holdsData
        let name = "kubeconfig-\(login)\(holdsData ? "-data" : "")"
        try folder.write(try config.text(), to: name)
        return "\(folder.path)/\(name)"
    }

    /// Writes the files of a pod below `/var/run/secrets/kubernetes.io/serviceaccount`; gives the folder.
    package func writeServiceAccount(token: String = KubernetesServer.token) throws -> String {
        let path = "\(folder.path)/serviceaccount"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try folder.write(token, to: "serviceaccount/token")
        try folder.write("hoistway", to: "serviceaccount/namespace")
        if let authorityFile {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: authorityFile))
            try folder.write(Array(bytes), to: "serviceaccount/ca.crt")
        }
        return path
    }
}
