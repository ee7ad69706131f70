import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// A form acts once, however often it is sent.
struct FormKeyTests {
    private static let warehouse = "/projects/guestbook/warehouses/main"
    private static let refresh = "\(warehouse)/refresh"

    private static func location(_ answer: RunningWeb.Answer) -> String? { answer.headers.first(name: "Location") }

    @Test func `each form of a page has a key of its own`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            for path in [
                Self.warehouse, "/deliveries/2", "/projects/shop?freight=\(Shop.id(3))", "/projects/shop/previews/pv0",
                "/projects/shop/stages/dev", "/projects/shop/stages/prod-eu/adopt",
                "/projects/shop/freight/\(Shop.id(3))",
                "/projects/shop/promotions/\(Shop.promotion(of: "prod-eu", .failed, number: 2).id)",
            ] {
                let page = try await tab.get(path).body
                let keys = page.split(separator: "name=\"key\" value=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
                // The one without a key signs out.
                #expect(keys.count == page.ranges(of: "method=\"post\"").count - 1, "\(path)")
                #expect(!keys.isEmpty && Set(keys).count == keys.count, "\(path)")
                #expect(keys.allSatisfy { $0.utf8.count > 15 && $0.utf8.count <= FormKey.maxBytes }, "\(path)")
            }
        }
    }

    @Test func `a reload of a form does nothing a second time, and leads to the same page`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let key = try #require(try await tab.get(Self.warehouse).field("key"))
            let first = try await tab.post(Self.refresh, [("key", key)])
            let again = try await tab.post(Self.refresh, [("key", key)])
            #expect(first.status == 303 && again.status == 303)
            #expect(Self.location(first) == Self.location(again))
            #expect(web.pipelines.told == ["refresh guestbook/main by promote"])
            // Somebody who presses the button of a page that was loaded again means it.
            let next = try #require(try await tab.get(Self.warehouse).field("key"))
            #expect(try await tab.post(Self.refresh, [("key", next)]).status == 303)
            #expect(web.pipelines.told.count == 2)
        }
    }

    @Test func `a second click waits for the first, and gets its answer`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let code = try await tab.formToken()
            let fields = [("freight", Shop.id(3)), ("only", "dev"), ("key", "of-this-page")]
            let places = try await withThrowingTaskGroup(of: RunningWeb.Answer.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask { try await tab.post("/projects/shop/previews", fields, csrf: code) }
                }
                return try await tasks.reduce(into: [String?]()) { $0.append(Self.location($1)) }
            }
            #expect(places.count == 8 && Set(places).count == 1)
            #expect(web.pipelines.told.count == 1)
        }
    }

    @Test func `the key of a form is no key for another action, and takes no other fields`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let freight = [("freight", Shop.id(3)), ("key", "k")]
            #expect(try await tab.post("/projects/shop/previews", freight + [("only", "dev")]).status == 303)
            #expect(try await tab.post("/projects/shop/stages/dev/approve", freight).status == 303)
            let other = try await tab.post("/projects/shop/previews", freight + [("only", "prod-eu")])
            #expect(other.status == 422)
            #expect(other.body.contains("This form was sent before with other fields. Only the first one was done."))
            #expect(web.pipelines.told.count == 2)
            let admin = try await web.signedIn(as: "admin")
            #expect(try await admin.post("/projects/shop/stages/dev/approve", freight).status == 303)
            #expect(web.pipelines.told.count == 3)
            let long = String(repeating: "k", count: FormKey.maxBytes + 1)
            #expect(try await tab.post(Self.refresh, [("key", long)]).status == 400)
        }
    }

    @Test func `what was refused may be sent again`() async throws {
        try await RunningWeb.with { web async throws in
            web.pipelines.change { $0.shop.refusals["dev"] = "lucky-crane is not verified yet" }
            let tab = try await web.signedIn(as: "promote")
            let fields = [("freight", Shop.id(3)), ("only", "dev"), ("key", "k")]
            #expect(try await tab.post("/projects/shop/previews", fields).status == 403)
            web.pipelines.change { $0.shop.refusals = [:] }
            #expect(try await tab.post("/projects/shop/previews", fields).status == 303)
        }
    }
}
