import Foundation

/// A real Git server over http: `git http-backend` behind nginx and fcgiwrap, on the loopback interface.
package final class GitHTTPServer: Sendable {
    package struct Options: Sendable {
        /// If false, the header that requests protocol v2 does not reach Git, as with some hosts.
        package var allowsVersion2 = true
        /// Required as basic authentication for all requests.
        package var login: (username: String, password: String)?
        /// With a certificate made for this test; see `caFile`.
        package var usesTLS = false
        /// Further nginx directives inside the `server` block.
        package var extraDirectives = ""

        package init() {}
    }

    /// One line of the access log.
    package struct Request: Sendable {
        package var method: String
        package var uri: String
        package var status: Int
        /// Line, headers and body, in bytes.
        package var received: Int
        package var sent: Int
        package var gitProtocol: String
        /// The connection of the request.
        package var connection: String
        /// From the first byte of the request to the last one of the answer, in milliseconds.
        package var milliseconds: Double
        /// The time of the answer's last byte, in milliseconds since 1970.
        package var ended: Double
        /// The body of a POST to `git-upload-pack`, with `\xHH` for bytes that do not print.
        package var body: String
    }

    package let port: Int
    /// The folder with the served repositories.
    package let root: String
    /// The certificate to trust, with `usesTLS`.
    package let caFile: String?
    private let options: Options
    private let folder: TemporaryFolder
    private let nginx: ServerProcess
    private let fcgiwrap: ServerProcess

    private init(
        port: Int,
        root: String,
        options: Options,
        folder: TemporaryFolder,
        nginx: ServerProcess,
        fcgiwrap: ServerProcess
    ) {
        self.port = port
        self.root = root
        self.options = options
        self.folder = folder
        self.nginx = nginx
        self.fcgiwrap = fcgiwrap
        caFile = options.usesTLS ? "\(folder.path)/certificate.pem" : nil
    }

    /// Serves every repository below `root`.
    package static func start(root: String, options: Options = Options()) async throws -> GitHTTPServer {
        let nginx = try TestProgram.find("nginx", package: "nginx-light")
        let wrap = try TestProgram.find("fcgiwrap", package: "fcgiwrap")
        let folder = try TemporaryFolder("hoistway-http")
        try await prepare(folder, options: options)
        let environment = TestProgram.environment(home: folder.path)
        let fcgiwrap = try ServerProcess(
            wrap,
            ["-c", "8", "-s", "unix:\(folder.path)/cgi.socket"],
            environment: environment,
            log: "\(folder.path)/cgi.log"
        )
        // Another process may take the free port before nginx does.
        for _ in 0..<5 {
            let port = try LoopbackPort.free()
            let text = try await configuration(port: port, root: root, folder: folder.path, options: options)
            try folder.write(text, to: "nginx.conf")
            let server = try ServerProcess(
                nginx,
                ["-p", folder.path, "-c", "\(folder.path)/nginx.conf", "-e", "\(folder.path)/error.log"],
                environment: environment,
                log: "\(folder.path)/nginx.log",
                folder: folder.path
            )
            if try await LoopbackPort.wait(for: port, of: server) {
                return GitHTTPServer(
                    port: port,
                    root: root,
                    options: options,
                    folder: folder,
                    nginx: server,
                    fcgiwrap: fcgiwrap
                )
            }
            server.stop()
        }
        let log = (try? String(contentsOfFile: "\(folder.path)/error.log", encoding: .utf8)) ?? ""
        throw TestServerError.failed("starting nginx", detail: String(log.suffix(500)))
    }

    /// The URL of the repository at `name` below the root.
    package func url(for name: String) -> String {
        "\(options.usesTLS ? "https" : "http")://127.0.0.1:\(port)/\(name)"
    }

    package func stop() {
        nginx.stop()
        fcgiwrap.stop()
        folder.remove()
    }

    /// The requests so far.
    ///
    /// A line is written after its answer was sent: waits until there are `count`.
    package func requests(atLeast count: Int = 0) async throws -> [Request] {
        var lines: [Substring] = []
        try await eventually("\(count) requests") {
            let text = (try? String(contentsOfFile: "\(folder.path)/access.log", encoding: .utf8)) ?? ""
            lines = text.split(separator: "\n")
            return lines.count >= count
        }
        return lines.compactMap { Request(line: $0) }
    }

    package func errorLog() -> String {
        (try? String(contentsOfFile: "\(folder.path)/error.log", encoding: .utf8)) ?? ""
    }
}

extension GitHTTPServer.Request {
    fileprivate init?(line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 10, let status = Int(fields[2]), let received = Int(fields[3]), let sent = Int(fields[4]),
            let seconds = Double(fields[7]), let end = Double(fields[8])
        else { return nil }
        self.init(
            method: fields[0],
            uri: fields[1],
            status: status,
            received: received,
            sent: sent,
            gitProtocol: fields[5],
            connection: fields[6],
            milliseconds: seconds * 1000,
            ended: end * 1000,
            body: fields[9]
        )
    }
}

extension GitHTTPServer {
    private static func prepare(_ folder: TemporaryFolder, options: Options) async throws {
        if let login = options.login {
            _ = try TestProgram.find("htpasswd", package: "apache2-utils")
            let file = "\(folder.path)/users"
            try await TestProgram.check("htpasswd", ["-cbd", file, login.username, login.password])
            chmod(file, 0o600)
        }
        if options.usesTLS {
            try await TestProgram.check(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-keyout", "\(folder.path)/key.pem", "-out", "\(folder.path)/certificate.pem",
                ]
            )
        }
    }

    private static func configuration(
        port: Int,
        root: String,
        folder: String,
        options: Options
    ) async throws -> String {
        let core = try await TestProgram.check("git", ["--exec-path"]).text.split(separator: "\n").first ?? ""
        let version = options.allowsVersion2 ? "$http_git_protocol" : "\"\""
        let tls =
            options.usesTLS ? "ssl_certificate \(folder)/certificate.pem; ssl_certificate_key \(folder)/key.pem;" : ""
        let auth = options.login == nil ? "" : "auth_basic git; auth_basic_user_file \(folder)/users;"
        return """
            daemon off;
            \(geteuid() == 0 ? "user root;" : "")
            worker_processes 1;
            pid \(folder)/nginx.pid;
            error_log \(folder)/error.log warn;
            events { worker_connections 512; }
            http {
                client_body_temp_path \(folder)/body;
                fastcgi_temp_path \(folder)/fastcgi;
                proxy_temp_path \(folder)/proxy;
                scgi_temp_path \(folder)/scgi;
                uwsgi_temp_path \(folder)/uwsgi;
                map $uri $wire_body { ~/git-upload-pack$ $request_body; default ""; }
                log_format wire '$request_method\\t$request_uri\\t$status\\t$request_length\\t$bytes_sent\\t'
                    '$http_git_protocol\\t$connection\\t$request_time\\t$msec\\t$wire_body';
                access_log \(folder)/access.log wire;
                client_max_body_size 0;
                client_body_buffer_size 1m;
                keepalive_requests 100000;
                tcp_nodelay on;
                server {
                    listen 127.0.0.1:\(port)\(options.usesTLS ? " ssl" : "");
                    \(tls)
                    \(auth)
                    \(options.extraDirectives)
                    location / {
                        fastcgi_pass unix:\(folder)/cgi.socket;
                        fastcgi_buffering off;
                        fastcgi_read_timeout 300s;
                        fastcgi_param SCRIPT_FILENAME \(core)/git-http-backend;
                        fastcgi_param GIT_PROJECT_ROOT \(root.isEmpty ? "/" : root);
                        fastcgi_param GIT_HTTP_EXPORT_ALL 1;
                        fastcgi_param PATH_INFO $uri;
                        fastcgi_param QUERY_STRING $query_string;
                        fastcgi_param REQUEST_METHOD $request_method;
                        fastcgi_param CONTENT_TYPE $content_type;
                        fastcgi_param CONTENT_LENGTH $content_length;
                        fastcgi_param REMOTE_USER $remote_user;
                        fastcgi_param REMOTE_ADDR $remote_addr;
                        fastcgi_param HTTP_GIT_PROTOCOL \(version);
                        fastcgi_param GIT_PROTOCOL \(version);
                    }
                }
            }
            """
    }
}
