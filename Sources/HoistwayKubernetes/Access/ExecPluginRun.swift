import Cspawn
import FoundationEssentials
import Glibc
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayThreads
import Synchronization

/// Runs the credential program of a cluster, once.
///
/// A person has chosen it, as they have chosen the kubeconfig, and it needs the network: it runs without a sandbox. It
/// gets no standard input, little of our environment and no open file. It is killed when it takes too long, when its
/// output is too long, or when we end.
struct ExecPluginRun: Sendable {
    static let timeLimit: Duration = .seconds(60)
    /// Limit of its output, in bytes.
    static let maxOutput = 1 << 20
    /// Limit of its standard error; the rest is read and dropped.
    private static let maxWords = 2048
    /// Variables that it gets: for the places of programs and of people's files, and for proxies.
    private static let kept = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "CLOUDSDK_CONFIG", "GOOGLE_APPLICATION_CREDENTIALS",
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_STS_REGIONAL_ENDPOINTS",
        "AZURE_CONFIG_DIR", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
    ]

    private let plugin: ExecPlugin
    private let access: ClusterAccess
    private let own: [String: String]
    private let limit: Duration

    init(
        _ plugin: ExecPlugin,
        access: ClusterAccess,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        limit: Duration = timeLimit
    ) {
        self.plugin = plugin
        self.access = access
        own = environment
        self.limit = limit
    }

    func credential() async throws(ClusterLogin.Failure) -> ExecCredential {
        guard let program = complete(plugin.command) else {
            throw plugin.failure("it is not installed", hint: plugin.installHint.map { ShownText.bare($0) })
        }
        let environment = try environment()
        let arguments = [program] + plugin.arguments
        let isStopped = Atomic(false)
        // A thread of its own: the program ends with the thread that started it.
        let ending = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                OwnThread.start(named: "hoistway.login") {
                    let child = LoginProcess(arguments: arguments, environment: environment)
                    continuation.resume(
                        returning: child.run(limit: limit, maxOutput: Self.maxOutput, maxWords: Self.maxWords) {
                            isStopped.load(ordering: .acquiring)
                        }
                    )
                }
            }
        } onCancel: {
            isStopped.store(true, ordering: .releasing)
        }
        switch ending {
        case .unstarted(let code): throw plugin.failure("it cannot be started: \(String(cString: strerror(code)))")
        case .stopped: throw plugin.failure("it was stopped")
        case .late: throw plugin.failure("it was not done within \(limit.inWords)")
        case .tooMuchOutput: throw plugin.failure("it said more than \(Self.maxOutput) bytes")
        case .ended(status: 0, let output, _): return try ExecCredential.read(output, of: plugin)
        case .ended(let status, let output, let words):
            let shown = PluginWords.shown(words, besides: output)
            throw plugin.failure("it ended with \(status)\(shown.isEmpty ? "" : ": \(shown)")")
        }
    }

    private func environment() throws(ClusterLogin.Failure) -> [String: String] {
        var values: [String: String] = [:]
        for name in Self.kept { values[name] = own[name] }
        values.merge(plugin.environment) { $1 }
        values["KUBERNETES_EXEC_INFO"] = try information()
        return values
    }

    private struct Information: Encodable {
        struct Specification: Encodable {
            struct Cluster: Encodable {
                var server: String
                var tlsServerName: String?
                var insecureSkipTLSVerify: Bool?
                var certificateAuthorityData: String?
                var proxyURL: String?

                private enum CodingKeys: String, CodingKey {
                    case server
                    case tlsServerName = "tls-server-name"
                    case insecureSkipTLSVerify = "insecure-skip-tls-verify"
                    case certificateAuthorityData = "certificate-authority-data"
                    case proxyURL = "proxy-url"
                }
            }

            var interactive = false
            var cluster: Cluster?
        }

        var apiVersion: String
        var kind = "ExecCredential"
        var spec = Specification()
    }

    private func information() throws(ClusterLogin.Failure) -> String {
        var information = Information(apiVersion: plugin.version.rawValue)
        if plugin.providesClusterInfo {
            var cluster = Information.Specification.Cluster(server: Self.text(of: access.server))
            cluster.tlsServerName = access.serverName
            if access.trust == .anybody { cluster.insecureSkipTLSVerify = true }
            if case .authority(let source) = access.trust {
                cluster.certificateAuthorityData = Base64.encode(try bytes(of: source), .standard)
            }
            if let proxy = access.proxy {
                cluster.proxyURL = "\(proxy.form == .http ? "http" : "socks5")://\(proxy.host):\(proxy.port)"
            }
            information.spec.cluster = cluster
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(information) else {
            preconditionFailure("texts and flags can always be written as JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// In the form of kubeconfigs, without a slash at its end.
    private static func text(of server: WebAddress) -> String {
        server.target == "/" ? String(server.text.dropLast()) : server.text
    }

    private func bytes(of source: ClusterAccess.Source) throws(ClusterLogin.Failure) -> [UInt8] {
        switch source {
        case .data(let secret): return secret.reveal()
        case .file(let path):
            do throws(LocalFile.Failure) {
                return try LocalFile.read(path)
            } catch {
                throw ClusterLogin.Failure(message: error.text)
            }
        }
    }

    /// `nil` where there is no such program.
    private func complete(_ command: String) -> String? {
        if command.contains("/") { return access(command, X_OK) == 0 ? command : nil }
        let folders = (own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(command)" }.first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    private func access(_ path: String, _ mode: Int32) -> Int32 { Glibc.access(path, mode) }
}
