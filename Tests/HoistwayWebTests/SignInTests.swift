import FoundationEssentials
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

struct SignInTests {
    @Test func `a token opens a session, and the cookie holds none of it`() async throws {
        try await RunningWeb.with { web async throws in
            let answer = try await web.trySignIn("token-of-read")
            #expect(answer.status == 303)
            #expect(answer.headers.first(name: "Location") == "/")
            let cookie = try #require(answer.headers["Set-Cookie"].first { $0.hasPrefix(web.sessionCookie) })
            #expect(cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"))
            #expect(!cookie.contains("token-of"))
            // The cookie of the form is taken back.
            #expect(answer.cookies[web.signInCookie] == "")
            let tab = try await web.signedIn(as: "read")
            #expect(try await tab.get("/").status == 200)
            let audit = try await web.store.audit(limit: 10)
            #expect(audit.first?.actor == "read")
            #expect(audit.first?.action == "sign in")
            #expect(audit.first?.detail == "with its token, from 127.0.0.1")
        }
    }

    @Test func `a second click on a sign-in form, after the first one has signed in, is no error`() async throws {
        try await RunningWeb.with { web async throws in
            let form = try await web.signInForm()
            let session = try await web.signedIn(as: "read").cookies
            let clicks = [
                ("/sign-in", "token=token-of-read&next=%2Fdeliveries&csrf=\(form.csrf)", "/deliveries"),
                ("/sign-in/link", "code=used&csrf=\(form.csrf)", "/"),
            ]
            for (path, body, goal) in clicks {
                let second = try await web.send(.POST, path, cookies: session, headers: RunningWeb.own, body: body)
                #expect(second.status == 303 && second.headers.first(name: "Location") == goal, "\(path)")
                // Who has neither a session nor the form's cookie is refused as ever, and so is a foreign page.
                #expect(try await web.send(.POST, path, headers: RunningWeb.own, body: body).status == 403)
                let cross = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.test")]
                #expect(try await web.send(.POST, path, cookies: session, headers: cross, body: body).status == 403)
            }
            // Signing out twice neither.
            let tab = RunningWeb.Tab(web: web, cookies: session)
            let code = try await tab.formToken()
            for _ in 0..<2 {
                let answer = try await tab.post("/sign-out", csrf: code)
                #expect(answer.status == 303 && answer.headers.first(name: "Location") == "/sign-in")
            }
        }
    }

    @Test func `each sign-in has an id of its own, and the database holds its hash only`() async throws {
        try await RunningWeb.with { web async throws in
            let first = try await web.signedIn(as: "read")
            let second = try await web.signedIn(as: "read")
            let ids = try [first, second].map { try #require($0.cookies[web.sessionCookie]) }
            #expect(ids[0] != ids[1])
            // An id that a browser brings along is not taken over.
            var planted = try await web.signInForm()
            planted.cookies[web.sessionCookie] = "planted"
            let body = "token=token-of-read&csrf=\(planted.csrf)"
            let answer = try await web.send(
                .POST,
                "/sign-in",
                cookies: planted.cookies,
                headers: RunningWeb.own,
                body: body
            )
            #expect(answer.cookies[web.sessionCookie].map { $0 != "planted" && $0.count >= 43 } == true)
            for id in ids {
                #expect(try await web.store.session(Array(id.utf8)) == nil)
            }
        }
    }

    @Test(arguments: ["nobody's", "", "token-of-reax", String(repeating: "x", count: 10_000), "Bearer token-of-read"])
    func `every token that does not sign in gets the same answer`(_ token: String) async throws {
        try await RunningWeb.with { web async throws in
            let answer = try await web.trySignIn(token)
            #expect(answer.status == 401)
            #expect(answer.body.contains("This token does not sign in."))
            #expect(answer.cookies[web.sessionCookie] == nil)
            let audit = try await web.store.audit(limit: 10)
            #expect(audit.first?.action == "sign in")
            #expect(audit.first?.outcome == .refused)
            #expect(audit.first?.detail.contains("x") == false)
        }
    }

    @Test func `an address has ten tries a minute, with the right token too`() async throws {
        try await RunningWeb.with { web async throws in
            for _ in 0..<10 { #expect(try await web.trySignIn("wrong").status == 401) }
            let refused = try await web.trySignIn("token-of-admin")
            #expect(refused.status == 429)
            #expect(refused.headers.first(name: "Retry-After") == "60")
            let other = [("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-For", "198.51.100.7")]
            #expect(try await web.trySignIn("token-of-admin", headers: other).status == 303)
            web.clock.pass(.seconds(61))
            #expect(try await web.trySignIn("token-of-admin").status == 303)
        }
    }

    @Test func `the sign-in form is taken from its own page and its own browser only`() async throws {
        try await RunningWeb.with { web async throws in
            let (cookies, csrf) = try await web.signInForm()
            let good = "token=token-of-read&csrf=\(csrf)"
            let foreign: [(cookies: [String: String], headers: [(String, String)], body: String)] = [
                (cookies, [], good), (cookies, [("Sec-Fetch-Site", "cross-site")], good),
                (cookies, [("Sec-Fetch-Site", "same-site")], good), (cookies, [("Sec-Fetch-Site", "none")], good),
                (cookies, [("Origin", "https://evil.test")], good),
                (cookies, [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.test")], good),
                ([:], RunningWeb.own, good), ([web.signInCookie: "another-value-of-it"], RunningWeb.own, good),
                (cookies, RunningWeb.own, "token=token-of-read"),
                (cookies, RunningWeb.own, "token=token-of-read&csrf=x"),
                (cookies, RunningWeb.own, good + "&csrf=\(csrf)"),
            ]
            for (index, one) in foreign.enumerated() {
                let answer = try await web.send(
                    .POST,
                    "/sign-in",
                    cookies: one.cookies,
                    headers: one.headers,
                    body: one.body
                )
                #expect(answer.status == 403, "\(index)")
                #expect(answer.cookies[web.sessionCookie] == nil, "\(index)")
            }
            let json = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "text/plain")]
            #expect(try await web.send(.POST, "/sign-in", cookies: cookies, headers: json, body: good).status == 400)
            let origin = [("Origin", web.origin)]
            #expect(try await web.send(.POST, "/sign-in", cookies: cookies, headers: origin, body: good).status == 303)
        }
    }

    @Test func `after signing in somebody is where they wanted to go, and never elsewhere`() async throws {
        try await RunningWeb.with { web async throws in
            let lost = try await web.send(.GET, "/deliveries?state=failed")
            #expect(lost.status == 303)
            #expect(lost.headers.first(name: "Location") == "/sign-in?next=%2Fdeliveries%3Fstate%3Dfailed")
            let form = try await web.send(.GET, "/sign-in?next=%2Fdeliveries%3Fstate%3Dfailed")
            #expect(form.field("next") == "/deliveries?state=failed")
            let back = try await web.trySignIn("token-of-read", next: "/deliveries?state=failed")
            #expect(back.headers.first(name: "Location") == "/deliveries?state=failed")
            for next in ["//evil.test/", "https://evil.test", "/\\evil.test", "javascript:alert(1)"] {
                let answer = try await web.trySignIn("token-of-read", next: next)
                #expect(answer.headers.first(name: "Location") == "/")
            }
        }
    }

    @Test func `signing out ends the session in the store`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "read")
            #expect(try await tab.post("/sign-out", csrf: "wrong").status == 403)
            #expect(try await tab.post("/sign-out", headers: [("Sec-Fetch-Site", "cross-site")]).status == 403)
            #expect(try await web.send(.GET, "/sign-out", cookies: tab.cookies).status == 405)
            #expect(try await tab.get("/").status == 200)
            let out = try await tab.post("/sign-out")
            #expect(out.status == 303)
            #expect(out.cookies[web.sessionCookie] == "")
            #expect(try await tab.get("/").status == 303)
            #expect(try await web.store.audit(limit: 1).first?.action == "sign out")
        }
    }

    @Test func `a link signs in once, within a minute`() async throws {
        try await RunningWeb.with { web async throws in
            let caller = try #require(try await web.store.tokens().first { $0.name == "promote" })
            let code = try await web.sessions.makeLink(for: caller)
            let opened = [("Sec-Fetch-Site", "none")]
            // A preview of the link, and a page that leads to it, do not use it up.
            for headers in [[], [("Sec-Fetch-Site", "cross-site")], opened + [("Sec-Purpose", "prefetch")]] {
                let asked = try await web.send(.GET, "/sign-in/link?code=\(code)", headers: headers)
                #expect(asked.status == 200)
                #expect(asked.cookies[web.sessionCookie] == nil)
            }
            let answer = try await web.send(.GET, "/sign-in/link?code=\(code)", headers: opened)
            #expect(answer.status == 303)
            let id = try #require(answer.cookies[web.sessionCookie])
            #expect(try await web.send(.GET, "/", cookies: [web.sessionCookie: id]).body.contains("promote"))
            let again = try await web.send(.GET, "/sign-in/link?code=\(code)", headers: opened)
            #expect(again.status == 401)
            #expect(again.body.contains("This link does not sign in"))

            let late = try await web.sessions.makeLink(for: caller)
            web.clock.pass(.seconds(60))
            #expect(try await web.send(.GET, "/sign-in/link?code=\(late)", headers: opened).status == 401)
        }
    }

    @Test func `a link leads on to a page of ours, and nowhere else`() async throws {
        try await RunningWeb.with { web async throws in
            let caller = try #require(try await web.store.tokens().first { $0.name == "read" })
            for (next, leadsTo) in [("%2Fprojects%2Fa", "/projects/a"), ("%2F%2Fevil.example.com", "/")] {
                let code = try await web.sessions.makeLink(for: caller)
                let path = "/sign-in/link?code=\(code)&next=\(next)"
                let button = try await web.send(.GET, path, headers: [("Sec-Fetch-Site", "cross-site")])
                #expect(button.field("next") == (leadsTo == "/" ? nil : leadsTo))
                let answer = try await web.send(.GET, path, headers: [("Sec-Fetch-Site", "none")])
                #expect(answer.status == 303 && answer.headers.first(name: "Location") == leadsTo)
            }
        }
    }

    @Test func `the button of a link signs in, from its own browser only`() async throws {
        try await RunningWeb.with { web async throws in
            let record = try #require(try await web.store.tokens().first { $0.name == "read" })
            let code = try await web.sessions.makeLink(for: record)
            let page = try await web.send(
                .GET,
                "/sign-in/link?code=\(code)",
                headers: [("Sec-Fetch-Site", "cross-site")]
            )
            let body = "code=\(try #require(page.field("code")))&csrf=\(try #require(page.field("csrf")))"
            let path = "/sign-in/link"
            #expect(try await web.send(.POST, path, headers: RunningWeb.own, body: body).status == 403)
            let foreign = [("Sec-Fetch-Site", "cross-site")]
            #expect(try await web.send(.POST, path, cookies: page.cookies, headers: foreign, body: body).status == 403)
            let answer = try await web.send(.POST, path, cookies: page.cookies, headers: RunningWeb.own, body: body)
            #expect(answer.status == 303)
            #expect(answer.cookies[web.sessionCookie]?.isEmpty == false)
        }
    }

    @Test func `a link of a token that was deleted since does not sign in`() async throws {
        try await RunningWeb.with { web async throws in
            let record = try #require(try await web.store.tokens().first { $0.name == "read" })
            let code = try await web.sessions.makeLink(for: record)
            try await web.store.removeToken(named: "read")
            var another = record
            another.hash = Array(repeating: 7, count: 32)
            try await web.store.put(another)
            let opened = [("Sec-Fetch-Site", "none")]
            #expect(try await web.send(.GET, "/sign-in/link?code=\(code)", headers: opened).status == 401)
        }
    }

    @Test func `a token makes a link for itself, and a session makes none`() async throws {
        try await RunningWeb.with { web async throws in
            let path = "/api/v1/sign-in-links"
            let bearer = [("Authorization", "Bearer token-of-read")]
            let made = try await web.send(.POST, path, headers: bearer)
            #expect(made.status == 200)
            let link = try JSONDecoder().decode(SignInLink.self, from: Data(made.body.utf8))
            #expect(link.seconds == 60)
            #expect(link.url == nil)
            let opened = try await web.send(.GET, link.path, headers: [("Sec-Fetch-Site", "none")])
            let id = try #require(opened.cookies[web.sessionCookie])
            #expect(try await web.send(.GET, "/deliveries", cookies: [web.sessionCookie: id]).status == 200)
            let tab = try await web.signedIn(as: "admin")
            #expect(try await web.send(.POST, path, cookies: tab.cookies, headers: RunningWeb.own).status == 401)
            #expect(try await web.send(.POST, path, headers: [("Authorization", "Bearer nobody")]).status == 401)
            #expect(try await web.send(.GET, path, headers: bearer).status == 405)
            let refused = try await web.send(.POST, path)
            #expect(refused.headers.first(name: "Content-Type") == "application/problem+json")
        }
    }
}
