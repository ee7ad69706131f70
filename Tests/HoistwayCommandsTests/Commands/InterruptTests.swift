import Foundation
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Ctrl-C while the server does not answer.
struct InterruptTests {
    @Test func `Ctrl-C ends a look that hangs, and names the command that ends the promotion`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            let id = try await shop.served.lastPromotion(of: "test").id
            var view = try await shop.served.get("projects/shop/promotions/\(id)", as: PromotionView.self)
            view.phase = .running
            let answer = Array(WrittenJSON.text(view).utf8)
            let silent = try ScriptedServer { head in
                head.hasPrefix("POST ")
                    ? [ScriptedServer.http("201 Created", type: "application/json", answer), .close] : [.hang]
            }
            defer { silent.stop() }
            let log = "\(shop.served.folder.path)/promote"
            let process = try shop.served.running(
                ["promote", "shop/test", "any", "--wait", "--server", "http://127.0.0.1:\(silent.port)"],
                log: log
            )
            defer { process.stop() }
            try await eventually("the first look") { silent.received.contains { $0.head.hasPrefix("GET ") } }
            try await eventually("the trap for Ctrl-C") {
                try shop.served.interrupt("promote")
                return !process.isRunning
            }
            let said = try String(contentsOfFile: log, encoding: .utf8)
            #expect(said.contains("promotion \(id) goes on; end it with: hoistway abort \(id)\n"), "\(said)")
        }
    }
}
