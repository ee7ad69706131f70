/// A real image registry (CNCF Distribution's `docker-registry`) on the loopback interface.
package final class RegistryServer: Sendable {
    /// The user name with ``Options/wantsLogin``.
    package static let username = "hoistway"
    package static let password = "correct horse"
    /// Both in htpasswd's form (bcrypt, lowest cost).
    private static let htpasswd = "hoistway:$2y$05$A.IOCjiOX97Fje1FMQD2SOUmmvy6b3G8VMgezumM4lFSu.u3gGY7a\n"

    /// Where the registry sends its notifications.
    package struct Notifications: Sendable {
        package var url: String
        /// Sent as `Authorization`, so that receivers accept them.
        package var headers: [String: String]

        package init(url: String, headers: [String: String] = [:]) {
            self.url = url
            self.headers = headers
        }
    }

    package struct Options: Sendable {
        /// Basic authentication for all requests.
        package var wantsLogin = false
        /// With a certificate made for this test; see `caFile`.
        package var usesTLS = false
        package var notifications: Notifications?

        package init() {}
    }

    package let port: Int
    /// The certificate to trust, with `usesTLS`.
    package let caFile: String?
    private let options: Options
    private let folder: TemporaryFolder
    private let process: ServerProcess

    /// `localhost:5000`: the beginning of image names.
    package var host: String { "localhost:\(port)" }

    /// The server's log; for messages when a test fails.
    package var logFile: String { "\(folder.path)/registry.log" }

    private init(port: Int, options: Options, folder: TemporaryFolder, process: ServerProcess) {
        self.port = port
        self.options = options
        self.folder = folder
        self.process = process
        caFile = options.usesTLS ? "\(folder.path)/certificate.pem" : nil
    }

    package static func start(options: Options = Options()) async throws -> RegistryServer {
        let program = try TestProgram.find("docker-registry", package: "docker-registry")
        let folder = try TemporaryFolder("hoistway-registry")
        try folder.write(htpasswd, to: "htpasswd")
        if options.usesTLS { try await makeCertificate(in: folder.path) }
        // Another process may take the free port before the registry does.
        for _ in 0..<5 {
            let port = try LoopbackPort.free()
            try folder.write(
                RegistryConfiguration.text(port: port, folder: folder.path, options: options),
                to: "registry.yml"
            )
            let process = try ServerProcess(
                program,
                ["serve", "\(folder.path)/registry.yml"],
                environment: TestProgram.environment(home: folder.path),
                log: "\(folder.path)/registry.log"
            )
            if try await LoopbackPort.wait(for: port, of: process) {
                return RegistryServer(port: port, options: options, folder: folder, process: process)
            }
            process.stop()
        }
        throw TestServerError.failed("starting docker-registry", detail: "see \(folder.path)/registry.log")
    }

    package func stop() {
        process.stop()
        folder.remove()
    }

    /// Pushes a small image with skopeo, as a build would; gives the digest that the tag then has.
    ///
    /// `image` is the path in the registry: `shop/checkout`. Images of different text differ in digest.
    @discardableResult
    package func push(_ content: RegistryImage, image: String, tag: String) async throws -> String {
        _ = try TestProgram.find("skopeo", package: "skopeo")
        let source = try TemporaryFolder("hoistway-image")
        defer { source.remove() }
        let digest = try await content.writeLayout(to: source)
        var arguments = [
            "--insecure-policy", "copy", "--quiet", "--all", "--preserve-digests", "--dest-tls-verify=false",
        ]
        if options.wantsLogin { arguments.append("--dest-creds=\(Self.username):\(Self.password)") }
        arguments += ["oci:\(source.path)", "docker://\(host)/\(image):\(tag)"]
        try await TestProgram.check("skopeo", arguments, environment: ["HOME": source.path])
        return digest
    }

    /// An image of one platform that contains only its name and tag.
    @discardableResult
    package func push(image: String, tag: String) async throws -> String {
        try await push(RegistryImage(text: "\(image):\(tag)"), image: image, tag: tag)
    }

    private static func makeCertificate(in folder: String) async throws {
        _ = try TestProgram.find("openssl", package: "openssl")
        try await TestProgram.check(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", "\(folder)/key.pem", "-out", "\(folder)/certificate.pem",
            ]
        )
    }
}
