import FoundationEssentials
import Glibc
import HoistwayCrypto
import HoistwayModel
import NIOSSL

/// Keeps the login to one cluster valid: tokens, certificates, results of a credential program.
///
/// Files are read again after some time, and at once when the server refuses their contents. A program runs again when
/// its login ends or is refused. All requests of a client share one read and one run.
actor ClusterLogin {
    /// The login of one request.
    struct Proof: Sendable {
        /// `nil`: no such header is sent.
        var authorization: Secret?
        /// `nil` for plain http.
        var tls: TLSConfiguration?
        /// Counts logins that differ.
        var number: Int
    }

    struct Failure: Error, Equatable {
        var message: String
        var hint: String?
    }

    private struct Kept {
        var bytes: [UInt8]
        var readAt: ContinuousClock.Instant
    }

    /// The source of a `TLSConfiguration`.
    private struct Material: Equatable {
        var authority: [UInt8]?
        var chain: [UInt8]?
        var key: [UInt8]?
    }

    private let access: ClusterAccess
    private let options: KubernetesOptions
    private let makeLogin: @Sendable (ExecPlugin) async throws(Failure) -> ExecCredential
    private var files: [String: Kept] = [:]
    private var made: ExecCredential?
    private var running: Task<Result<ExecCredential, Failure>, Never>?
    private var tls: (material: Material, configuration: TLSConfiguration)?
    private var last: (authorization: Secret?, material: Material)?
    private var number = 0

    init(_ access: ClusterAccess, options: KubernetesOptions) {
        self.access = access
        self.options = options
        makeLogin = { plugin throws(Failure) in try await ExecPluginRun(plugin, access: access).credential() }
        switch access.login {
        case .token(let token): options.redactor.add(token)
        case .password(let username, let password): options.redactor.add(password, username: username)
        case .none, .tokenFile, .plugin: break
        }
    }

    /// - Parameter refused: the login that the server has just refused; its files are read again, its program runs
    ///   again.
    func proof(instead refused: Proof? = nil) async throws(Failure) -> Proof {
        // Another request may have renewed it meanwhile.
        if let refused, refused.number == number { forget() }
        let plugin = try await pluginLogin()
        let authorization = try authorization(plugin)
        var material = Material()
        if access.server.isSecure {
            if case .authority(let source) = access.trust { material.authority = try bytes(of: source) }
            if let chain = plugin?.chain, let key = plugin?.key {
                material.chain = chain
                material.key = key.reveal()
            } else if let certificate = access.certificate {
                material.chain = try bytes(of: certificate.chain)
                material.key = try bytes(of: certificate.key)
            }
        }
        let configuration = access.server.isSecure ? try configuration(of: material) : nil
        if last?.authorization != authorization || last?.material != material {
            number += 1
            last = (authorization, material)
        }
        return Proof(authorization: authorization, tls: configuration, number: number)
    }

    private func forget() {
        files = [:]
        made = nil
    }

    private func authorization(_ plugin: ExecCredential?) throws(Failure) -> Secret? {
        switch access.login {
        case .none: return nil
        case .token(let token): return bearer(token)
        case .tokenFile(let path):
            let token = try token(in: path)
            options.redactor.add(shortLived: token)
            return bearer(token)
        case .password(let username, let password):
            let pair = Array("\(username):".utf8) + password.reveal()
            return Secret("Basic \(Base64.encode(pair, .standard))")
        case .plugin: return plugin?.token.map(bearer)
        }
    }

    /// - Throws: the problem with the file; never its contents.
    private func token(in path: String) throws(Failure) -> Secret {
        let hint = "it must hold one token, and nothing else"
        guard let text = String(validating: try bytes(of: .file(path)), as: UTF8.self)?.trimmed() else {
            throw Failure(message: "the file \(path) holds no token: it is not text", hint: hint)
        }
        guard !text.isEmpty else { throw Failure(message: "the file \(path) holds no token") }
        guard !text.contains(where: \.isNewline) else {
            throw Failure(message: "the file \(path) holds several lines", hint: hint)
        }
        guard KubeconfigUser.isHeader(text) else {
            throw Failure(message: "the file \(path) holds a character that no token has", hint: hint)
        }
        return Secret(text)
    }

    private func bearer(_ token: Secret) -> Secret { Secret("Bearer \(token.revealText())") }

    // MARK: Files

    private func bytes(of source: ClusterAccess.Source) throws(Failure) -> [UInt8] {
        switch source {
        case .data(let secret): return secret.reveal()
        case .file(let path):
            let now = ContinuousClock.now
            if let kept = files[path], now - kept.readAt < options.refreshInterval { return kept.bytes }
            do throws(LocalFile.Failure) {
                let bytes = try LocalFile.read(path)
                files[path] = Kept(bytes: bytes, readAt: now)
                return bytes
            } catch {
                // It may be just being replaced: the former contents are used until the server refuses them.
                if let kept = files[path] { return kept.bytes }
                throw Failure(message: error.text, hint: error.isMissing ? "is it mounted there?" : nil)
            }
        }
    }

    // MARK: Programs

    private func pluginLogin() async throws(Failure) -> ExecCredential? {
        guard case .plugin(let plugin) = access.login else { return nil }
        if let made, !made.isEnding(at: Timestamp.present) { return made }
        // One run for all waiting callers, which goes on if one of them is cancelled.
        let run = running ?? start(plugin)
        running = run
        return try await Awaited.value(of: run, ifCancelled: .failure(Failure(message: "nobody waits for it"))).get()
    }

    private func start(_ plugin: ExecPlugin) -> Task<Result<ExecCredential, Failure>, Never> {
        Task { [makeLogin] in
            let result: Result<ExecCredential, Failure>
            do throws(Failure) {
                result = .success(try await makeLogin(plugin))
            } catch {
                result = .failure(error)
            }
            ended(with: result)
            return result
        }
    }

    private func ended(with result: Result<ExecCredential, Failure>) {
        running = nil
        guard case .success(let credential) = result else { return }
        if let token = credential.token { options.redactor.add(shortLived: token) }
        made = credential
    }

    // MARK: TLS

    private func configuration(of material: Material) throws(Failure) -> TLSConfiguration {
        if let tls, tls.material == material { return tls.configuration }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch access.trust {
        case .system: break
        case .anybody: configuration.certificateVerification = .none
        case .authority:
            configuration.trustRoots = .certificates(
                try certificates(material.authority ?? [], "the certificate of the cluster's authority")
            )
        }
        if let chain = material.chain, let key = material.key {
            let certificates = try certificates(chain, "the client certificate")
            try check(certificates)
            configuration.certificateChain = certificates.map { .certificate($0) }
            do {
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            } catch {
                throw Failure(
                    message: "the key of the client certificate cannot be read",
                    hint: "it must be PEM without a passphrase"
                )
            }
        }
        tls = (material, configuration)
        return configuration
    }

    private func certificates(_ pem: [UInt8], _ what: String) throws(Failure) -> [NIOSSLCertificate] {
        // OpenSSL's messages name its own functions.
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
            throw Failure(message: "\(what) cannot be read", hint: "it must be PEM: -----BEGIN CERTIFICATE-----")
        }
        return certificates
    }

    /// Checked here, since a server would only answer 401, or end the connection.
    private func check(_ chain: [NIOSSLCertificate]) throws(Failure) {
        guard let own = chain.first else { return }
        let end = Timestamp(seconds: Int64(own.notValidAfter))
        guard end < Timestamp.present else { return }
        throw Failure(message: "the client certificate ended at \(end.rfc3339)", hint: "have a new one made")
    }
}

extension Timestamp {
    /// This machine's clock.
    static var present: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
