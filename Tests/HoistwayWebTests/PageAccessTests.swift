import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

struct PageAccessTests {
    static let pages = [
        "/", "/projects", "/deliveries", "/deliveries/refused", "/deliveries/2", "/warehouses",
        "/projects/guestbook/warehouses/main", "/activity", "/attention/failed", "/search?q=guestbook",
    ]

    static let actions = ["/deliveries/2/retry", "/projects/guestbook/warehouses/main/refresh"]

    @Test(arguments: pages)
    func `without a session there is the sign-in, whatever the page`(_ path: String) async throws {
        try await RunningWeb.with { web async throws in
            for cookies in [[:], [web.sessionCookie: "made-up"]] {
                let answer = try await web.send(.GET, path, cookies: cookies)
                #expect(answer.status == 303)
                #expect(answer.headers.first(name: "Location")?.hasPrefix("/sign-in") == true)
                #expect(!answer.body.contains("guestbook"))
            }
            // Pages take no bearer token, and the API no cookie.
            let bearer = [("Authorization", "Bearer token-of-admin")]
            #expect(try await web.send(.GET, path, headers: bearer).status == 303)
            let tab = try await web.signedIn(as: "admin")
            #expect(try await tab.get(path).status == 200)
            #expect(try await web.send(.GET, "/api/v1/stages", cookies: tab.cookies).status == 401)
        }
    }

    @Test func `every page has the headers that bind it`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "admin")
            for path in Self.pages + ["/sign-in", "/no-such-page", "/deliveries/999", "/live/overview?id=project/x"] {
                let headers = try await tab.get(path).headers
                #expect(
                    headers.first(name: "Content-Security-Policy")
                        == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                    "\(path)"
                )
                #expect(headers.first(name: "Referrer-Policy") == "no-referrer", "\(path)")
                #expect(headers.first(name: "X-Content-Type-Options") == "nosniff", "\(path)")
                #expect(headers.first(name: "Cache-Control")?.contains("no-store") == true, "\(path)")
                #expect(!headers.contains(name: "Access-Control-Allow-Origin"), "\(path)")
            }
        }
    }

    @Test func `style and script are kept by the browser, and another version has another path`() async throws {
        try await RunningWeb.with { web async throws in
            let page = try await web.send(.GET, "/sign-in")
            for asset in Asset.all {
                let path = asset.link(PagePaths()).text
                #expect(page.body.contains("\"\(path)\""))
                let answer = try await web.send(.GET, path)
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "Cache-Control") == "public, max-age=31536000, immutable")
                #expect(answer.body == asset.text)
                #expect(try await web.send(.GET, "/assets/000000000000/\(asset.name)").status == 404)
            }
            #expect(try await web.send(.GET, "/assets/x/..%2f..%2fetc%2fpasswd").status == 404)
        }
    }

    @Test(arguments: actions)
    func `an action needs its role, its form and its own page`(_ path: String) async throws {
        try await RunningWeb.with { web async throws in
            let reader = try await web.signedIn(as: "read")
            let small = try await reader.post(path)
            #expect(small.status == 403)
            #expect(small.body.contains("this needs promote"))
            let tab = try await web.signedIn(as: "promote")
            let csrf = try await tab.formToken()
            #expect(try await tab.post(path, csrf: "").status == 403)
            #expect(try await tab.post(path, csrf: try await reader.formToken()).status == 403)
            for headers in [
                [], [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")],
                [("Origin", "https://evil.test")],
                [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.test")],
            ] {
                #expect(try await tab.post(path, headers: headers, csrf: csrf).status == 403)
            }
            #expect(try await web.send(.POST, path, headers: RunningWeb.own, body: "csrf=\(csrf)").status == 401)
            #expect(web.pipelines.told == [])
            // All of it is on record; without a session nobody is known whom a record could name.
            let refused = try await web.store.audit(limit: 100).filter { $0.outcome == .refused }
            #expect(refused.map(\.actor) == Array(repeating: "promote", count: 7) + ["read"])
            #expect(Set(refused.map(\.action)).count == 1)
            #expect(try await tab.post(path).status == 303)
            #expect(web.pipelines.told.count == 1)
        }
    }

    @Test func `what belongs to another project is as if it were not there`() async throws {
        try await RunningWeb.with { web async throws in
            web.pipelines.change { $0.deliveries.append(Scene.delivery(8, .done, receiver: "hook-both")) }
            let tab = try await web.signedIn(as: "promote-guestbook")
            let missing = try await tab.get("/projects/guestbook/warehouses/no-such")
            for path in ["/projects/checkout/warehouses/main", "/deliveries/8"] {
                let answer = try await tab.get(path)
                #expect(answer.status == 404)
                #expect(answer.body.contains("your token does not permit you to see it"))
                #expect(missing.body.contains("your token does not permit you to see it"))
            }
            #expect(try await tab.post("/projects/checkout/warehouses/main/refresh").status == 404)
            #expect(try await tab.post("/deliveries/8/retry").status == 404)
            #expect(web.pipelines.told == [])
            let list = try await tab.get("/deliveries")
            #expect(!list.body.contains("hook-both"))
            #expect(list.body.contains("hook-guestbook"))
            #expect(try await tab.get("/?project=checkout").status == 403)
            let parts = try await tab.get("/live/warehouses?id=warehouse/checkout/main&id=warehouse/guestbook/main")
            #expect(!parts.body.contains("checkout"))
            #expect(parts.body.contains("warehouse/guestbook/main"))
            #expect(try await tab.get("/activity").status == 403)
        }
    }

    @Test func `unknown pages, wrong methods and a failing store have pages of their own`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "admin")
            for path in [
                "/no/such/page", "/projects/guestbook/nonsense", "/projects/guestbook/stages", "/deliveries/2/x",
                "/deliveries/2/retry/x", "/assets/x", "/sign-in/x/y", "/apis",
            ] {
                let unknown = try await tab.get(path)
                #expect(unknown.status == 404, "\(path)")
                #expect(unknown.body.contains("There is no such page"), "\(path)")
                #expect(unknown.headers.contains(name: "Content-Security-Policy"), "\(path)")
                // Who is not signed in learns nothing, and comes back there.
                let strange = try await web.send(.GET, path)
                #expect(strange.status == 303, "\(path)")
                #expect(strange.headers.first(name: "Location")?.hasPrefix("/sign-in?next=") == true, "\(path)")
            }
            let wrong = try await web.send(.DELETE, "/deliveries", cookies: tab.cookies)
            #expect(wrong.status == 405)
            #expect(wrong.headers.first(name: "Allow") == "GET, HEAD")
            #expect(
                try await web.send(.GET, "/deliveries/2/retry", cookies: tab.cookies).headers.first(name: "Allow")
                    == "POST"
            )
            #expect(try await web.send(.HEAD, "/deliveries", cookies: tab.cookies).status == 200)
            web.pipelines.change { $0.failure = .full(path: "/var/lib/hoistway/state.db") }
            for path in ["/", "/deliveries", "/warehouses"] {
                let failing = try await tab.get(path)
                #expect(failing.status == 503)
                #expect(failing.headers.first(name: "Retry-After") == "5")
                #expect(failing.body.contains("The state cannot be read at the moment"))
            }
            for path in ["/api", "/api/v1/no-such", "/api/v1/stages/x/y/z"] {
                let api = try await web.send(.GET, path, cookies: tab.cookies)
                #expect(api.status == 401)
                #expect(api.headers.first(name: "Content-Type") == "application/problem+json")
            }
        }
    }

    @Test func `pages are not offered over plain http to another machine`() async throws {
        try await RunningWeb.with { web async throws in
            let headers = [("Host", "hoistway.example.com")]
            for path in ["/", "/sign-in", "/deliveries"] {
                let answer = try await web.send(.GET, path, headers: headers)
                #expect(answer.status == 403)
                #expect(answer.body.contains("Pages are not offered over plain http"))
                #expect(answer.cookies.isEmpty)
            }
            #expect(try await web.send(.GET, "/", headers: [("Host", "evil.test")]).status == 421)
        }
    }

    @Test func `behind https and below a path all links and cookies obey the public address`() async throws {
        try await RunningWeb.with(publicURL: "https://hoistway.example.com/ops/") { web async throws in
            let host = [("Host", "hoistway.example.com")]
            let lost = try await web.send(.GET, "/deliveries", headers: host)
            #expect(lost.headers.first(name: "Location") == "/ops/sign-in?next=%2Fops%2Fdeliveries")
            let form = try await web.send(.GET, "/sign-in", headers: host)
            #expect(form.headers.first(name: "Strict-Transport-Security") != nil)
            let cookie = try #require(form.headers["Set-Cookie"].first)
            #expect(cookie.hasPrefix("__Host-hoistway-sign-in="))
            #expect(cookie.contains("; Secure"))
            let body = "token=token-of-admin&csrf=\(try #require(form.field("csrf")))"
            let origin = host + [("Origin", "https://hoistway.example.com")]
            let answer = try await web.send(.POST, "/sign-in", cookies: form.cookies, headers: origin, body: body)
            #expect(answer.headers.first(name: "Location") == "/ops/")
            let id = try #require(answer.cookies["__Host-hoistway"])
            let page = try await web.send(.GET, "/", cookies: ["__Host-hoistway": id], headers: host)
            #expect(page.status == 200)
            for attribute in [" href=\"/", " src=\"/", " action=\"/"] {
                for place in page.body.ranges(of: attribute) {
                    #expect(page.body[place.upperBound...].hasPrefix("ops/"))
                }
            }
        }
    }

    @Test func `manifests that cannot be read are told to those whose projects they define`() async throws {
        try await RunningWeb.with(.withFailingManifests()) { web async throws in
            let all = try await web.signedIn(as: "read").get("/").body
            #expect(all.contains("An older version of manifests runs"))
            #expect(all.contains("Manifests were never read"))
            #expect(all.contains("there is no warehouse shop"))
            let one = try await web.signedIn(as: "promote-guestbook").get("/").body
            #expect(!one.contains("there is no warehouse shop"))
        }
    }
}
