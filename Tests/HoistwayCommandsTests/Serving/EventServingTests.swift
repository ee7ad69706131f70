import Foundation
import HoistwayConsole
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// The event stream of a program that serves.
struct EventServingTests {
    @Test func `a list and the stream behind it tell of everything that a webhook causes`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let served = shop.served
        try await served.serving {
            let list = try await served.get("stages", as: Page<StageView>.self)
            #expect(try await shop.source.announce("app", "1.1.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "test").phase == "Succeeded")
            let text = try await served.getText("events?after=\(list.revision)&timeout=1")
            for kind in ["delivery", "freight", "promotion", "stage", "warehouse"] {
                #expect(text.contains("\"kind\":\"\(kind)\""), "\(kind): \(text)")
            }
            #expect(text.contains("\"kind\":\"stage\",\"name\":\"test\",\"project\":\"shop\""))
        }
    }
}
