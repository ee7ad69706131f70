import HoistwayModel
import Testing

@testable import HoistwayWeb

struct BrowserSiteTests {
    private func site(_ host: String, _ publicURL: String?) throws -> BrowserSite {
        try BrowserSite.of(host: try #require(HostHeader(host)), publicURL: publicURL)
    }

    @Test func `behind https the cookies are secure and belong to this host alone`() throws {
        let site = try site("hoistway.example.com", "https://Hoistway.example.com/ops/")
        #expect(site.origin == "https://hoistway.example.com")
        #expect(site.sessionCookie == "__Host-hoistway")
        #expect(site.signInCookie == "__Host-hoistway-sign-in")
        #expect(
            site.setCookie(site.sessionCookie, "x", seconds: 60)
                == "__Host-hoistway=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        )
    }

    @Test(arguments: ["localhost:8421", "127.0.0.1:8421", "[::1]:8421", "127.3.2.1:8421"])
    func `on loopback plain http is taken, and the port tells consoles apart`(_ host: String) throws {
        let site = try site(host, nil)
        #expect(site.origin == "http://\(host)")
        #expect(site.sessionCookie == "hoistway-8421")
        #expect(!site.setCookie("a", "b").contains("Secure"))
        #expect(try self.site("localhost", "https://h.example.com").sessionCookie == "hoistway-80")
    }

    @Test(arguments: [nil, "http://h.example.com", "http://h.example.com:8421/"])
    func `plain http elsewhere is refused and says why`(_ publicURL: String?) {
        for host in ["h.example.com", "10.0.0.5:8421", "localhost.evil.test", "127.evil.test", "127.0.0.1.evil.test"] {
            #expect(throws: BrowserSite.Refusal.plainHTTP(publicURL: publicURL)) { try site(host, publicURL) }
        }
    }

    @Test func `another name than that of the public address leads to it`() {
        let url = "https://h.example.com"
        for host in ["other.example.com", "h.example.com:8443"] {
            let refusal = #expect(throws: BrowserSite.Refusal.self) { try site(host, url) }
            #expect(refusal?.hint == "Open https://h.example.com.")
        }
    }

    @Test func `a port in the public address is part of the origin, the usual one is not`() throws {
        #expect(try site("h.example.com:8443", "https://h.example.com:8443").origin == "https://h.example.com:8443")
        #expect(try site("h.example.com", "https://h.example.com:443").origin == "https://h.example.com")
    }

    @Test(
        arguments: [
            ("same-origin", nil, true), ("same-origin", "null", true), ("same-origin", "https://h.example.com", true),
            (nil, "https://h.example.com", true), (nil, nil, false), (nil, "null", false), ("same-site", nil, false),
            ("cross-site", "https://h.example.com", false), ("none", nil, false),
            ("same-origin", "https://evil.test", false), (nil, "https://h.example.com.evil.test", false),
            (nil, "http://h.example.com", false),
        ] as [(String?, String?, Bool)]
    )
    func `a form is taken from this origin only`(_ fetchSite: String?, _ origin: String?, _ isTaken: Bool) throws {
        let site = try site("h.example.com", "https://h.example.com")
        let head = PageHead(
            method: .post,
            path: "/",
            host: HostHeader("h.example.com"),
            fetchSite: fetchSite,
            origin: origin,
            address: "192.0.2.1"
        )
        #expect(head.comes(from: site) == isTaken)
    }

    @Test func `a cookie that stands twice counts for nothing`() {
        var head = PageHead(method: .get, path: "/", host: nil, cookies: ["a=1; b=2", "c=3"], address: "")
        #expect(head.cookie("b") == "2")
        #expect(head.cookie("c") == "3")
        #expect(head.cookie("d") == nil)
        head.cookies = ["a=1; a=2"]
        #expect(head.cookie("a") == nil)
        head.cookies = ["a=1", "a=1"]
        #expect(head.cookie("a") == nil)
    }
}
