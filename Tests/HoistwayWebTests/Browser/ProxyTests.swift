import HoistwayModel
import HoistwayPorts
import HoistwayTestBrowser
import HoistwayTestServers
import Testing

@testable import HoistwayWeb

/// Pages through Debian's nginx with TLS and HTTP/2.
struct ProxyTests {
    /// nginx before the console, in a folder of its own.
    private struct Proxy {
        var port: Int
        var consolePort: Int
        var server: ServerProcess
        var folder: TemporaryFolder

        static func start(path: String) async throws -> Proxy {
            let nginx = try TestProgram.find("nginx", package: "nginx-light")
            let folder = try TemporaryFolder("hoistway-proxy")
            _ = try await TestProgram.check(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=hoistway.example.com", "-addext", "subjectAltName=DNS:hoistway.example.com",
                    "-keyout",
                    "\(folder.path)/key.pem", "-out", "\(folder.path)/certificate.pem",
                ]
            )
            // Between finding a free port and nginx taking it, somebody else may.
            for _ in 0..<5 {
                let (port, consolePort) = (try LoopbackPort.free(), try LoopbackPort.free())
                try folder.write(configuration(port, consolePort, path, folder.path), to: "nginx.conf")
                let server = try ServerProcess(
                    nginx,
                    ["-p", folder.path, "-c", "\(folder.path)/nginx.conf", "-e", "\(folder.path)/error.log"],
                    environment: TestProgram.environment(home: folder.path),
                    log: "\(folder.path)/nginx.log"
                )
                if try await LoopbackPort.wait(for: port, of: server) {
                    return Proxy(port: port, consolePort: consolePort, server: server, folder: folder)
                }
            }
            throw Browser.Failure(description: "nginx did not start five times")
        }

        /// As `DashboardAccess.md` shows it.
        private static func configuration(_ port: Int, _ console: Int, _ path: String, _ folder: String) -> String {
            """
            worker_processes 1;
            daemon off;
            pid \(folder)/nginx.pid;
            events {}
            http {
                access_log \(folder)/access.log combined;
                client_body_temp_path \(folder)/body;
                proxy_temp_path \(folder)/proxy;
                fastcgi_temp_path \(folder)/fastcgi;
                uwsgi_temp_path \(folder)/uwsgi;
                scgi_temp_path \(folder)/scgi;
                server {
                    listen 127.0.0.1:\(port) ssl http2;
                    ssl_certificate \(folder)/certificate.pem;
                    ssl_certificate_key \(folder)/key.pem;
                    location \(path) {
                        proxy_pass http://127.0.0.1:\(console)/;
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                        proxy_http_version 1.1;
                        proxy_read_timeout 60s;
                    }
                }
            }
            """
        }
    }

    @Test(arguments: ["/", "/hoistway/"])
    func `pages, forms and changes work behind a proxy, at its root and below a path`(_ path: String) async throws {
        let proxy = try await Proxy.start(path: path)
        defer { proxy.server.stop() }
        let url = "https://hoistway.example.com:\(proxy.port)\(path)"
        try await RunningWeb.with(publicURL: url, port: proxy.consolePort) { web async throws in
            try await Browser.with { browser in
                try await browser.open(url + "deliveries/2")
                try await browser.type("token-of-promote", into: "#token")
                try await browser.click(".sign-in button", to: url + "deliveries/2")
                try await browser.click("main form button", to: url + "deliveries/2?done=delivered")
                #expect(web.pipelines.told == ["retry 2 by promote"])
                try await browser.click(".brand", to: url)
                try await browser.waitForStream()
                web.pipelines.change { $0.projects[1] = Scene.project("guestbook", states: [.failed]) }
                web.feed.tell([ChangedObject(.stage, project: "guestbook", name: "stage-0")])
                try await eventually("the change") { try await browser.text("#project-guestbook").contains("Failed") }
                // No request goes to another origin.
                let foreign: [String] = try await browser.value(
                    of:
                        """
                        return performance.getEntriesByType("resource").map((entry) => entry.name)
                          .filter((name) => !name.startsWith(arguments[0]))
                        """,
                    [url]
                )
                #expect(foreign == [])
                let used: String = try await browser.value(
                    of: "return performance.getEntriesByType('navigation')[0].nextHopProtocol"
                )
                #expect(used == "h2")
                try await browser.expectNoFaults("proxy")
            }
        }
    }

    @Test(arguments: ["/", "/hoistway/"])
    func `freight is promoted behind a proxy, and no link, form or redirect leaves its path`(
        _ path: String
    ) async throws {
        let proxy = try await Proxy.start(path: path)
        defer { proxy.server.stop() }
        let url = "https://hoistway.example.com:\(proxy.port)\(path)"
        try await RunningWeb.with(publicURL: url, port: proxy.consolePort) { web async throws in
            try await Browser.with { browser in
                try await browser.open(url)
                #expect(try await browser.address() == url + "sign-in")
                try await browser.type("token-of-admin", into: "#token")
                try await browser.click(".sign-in button", to: url)
                let cookie = try #require(try await browser.cookies().first { $0.name == "__Host-hoistway" })
                #expect(cookie.secure && cookie.httpOnly && cookie.path == "/" && cookie.sameSite == "Lax")

                try await browser.open(url + "projects/shop")
                let chosen = url + "projects/shop?freight=\(Shop.id(3))"
                try await browser.click("[data-freight='\(Shop.id(3))']", to: chosen)
                try await browser.click("#previews-prod-eu")
                try await browser.click("#previews button", to: url + "projects/shop/previews/pv2")
                try await browser.click(".promote button")
                let made = url + "projects/shop/promotions/\(Shop.promotion(of: "prod-eu", .pending, number: 90).id)"
                try await browser.arrive(at: made + "?done=promoted")
                #expect(web.pipelines.told.last == "promote \(Shop.id(3)) to shop/prod-eu preview pv2 by admin")
                try await browser.waitForStream()
                try await browser.expectNoFaults("promoting behind a proxy")

                let links = try await browser.followLinks(from: url)
                // A scene has no page for some things that it names.
                #expect(links.astray.filter { !$0.hasPrefix("404 ") } == [])
                #expect(links.pages > 30)
                try await browser.expectNoFaults("all links") { $0.contains("404") }
                try await browser.click("details.account summary")
                try await browser.click("details.account button", to: url + "sign-in")
            }
        }
    }
}
