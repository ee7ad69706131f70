import HoistwayStore
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// What browsers are told while the store fails.
struct FailingStoreTests {
    @Test func `a failing store is a page with 503 wherever a session is looked for, made or ended`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let csrf = try await tab.formToken()
            let form = try await web.signInForm()
            try #require(web.store as? SQLiteStore).close()
            let opened = [("Sec-Fetch-Site", "none")]
            let token = "token=token-of-read&csrf=\(form.csrf)"
            let answers = [
                try await tab.get("/deliveries"),
                try await tab.get("/live/events"),
                try await tab.get("/live/warehouses?id=warehouse/guestbook/main"),
                try await tab.post("/deliveries/2/retry", csrf: csrf),
                try await tab.post("/sign-out", csrf: csrf),
                try await web.send(.POST, "/sign-in", cookies: form.cookies, headers: RunningWeb.own, body: token),
                try await web.send(.GET, "/sign-in/link?code=made-up", headers: opened),
            ]
            for answer in answers {
                #expect(answer.status == 503)
                #expect(answer.headers.first(name: "Retry-After") == "5")
                #expect(answer.body.contains("The state cannot be read at the moment"))
                #expect(answer.cookies[web.sessionCookie] == nil)
            }
            #expect(web.pipelines.told == [])
        }
    }
}
