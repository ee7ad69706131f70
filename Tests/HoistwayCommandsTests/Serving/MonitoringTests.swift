import Foundation
import HoistwayTestServers
import Testing

/// The shipped alert rules and dashboard speak of metrics that the program really has.
struct MonitoringTests {
    private static let folder: URL = {
        var url = URL(filePath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.appending(path: "config/monitoring")
    }()

    /// Names of metrics in a text of expressions, without what a histogram adds to them.
    private static func names(in text: String) throws -> Set<String> {
        let found = text.matches(of: try Regex("hoistway_[a-z_]+")).map { String(text[$0.range]) }
        return Set(found.map { Self.family(of: $0) })
    }

    private static func family(of name: String) -> String {
        for suffix in ["_bucket", "_count", "_sum"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    @Test func `Every metric of the alerts and the dashboard is in the program's own`() async throws {
        let target = try ScriptedServer { _ in [ScriptedServer.http("200 OK", type: "text/plain", [])] }
        defer { target.stop() }
        let shop = try await SimpleShop(
            stages: ["test", "prod"],
            more: ["notifications: [{name: ops, url: \"http://127.0.0.1:\(target.port)/\"}]"]
        )
        defer { shop.stop() }
        var told: Set<String> = []
        try await shop.served.serving {
            let forged = try Payload.package(shop.source.image("app"), tag: "9.9.9", secret: "forged")
            #expect(try await shop.served.post(forged, to: "/hook/ghcr") == 401)
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
            try shop.repository.setHook("pre-receive", "exit 1")
            #expect(try await shop.source.announce("app", "1.2.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test", freightOf: "1.2.0").phase == "Failed")
            try await eventually("the notification") { !target.received.isEmpty }
            told.formUnion(try await Self.pausing(shop))
            shop.git.server.stop()
            #expect(try await shop.source.announce("app", "1.3.0", to: shop.served) == 202)
            try await eventually("a retry") {
                try await shop.served.health("metrics").contains("hoistway_promotion_retries_total")
            }
            try await eventually("the count of the notification") {
                try await shop.served.health("metrics").contains("hoistway_notifications_total")
            }
            told.formUnion(Self.told(in: try await shop.served.health("metrics")))
        }
        for file in ["alerts.yaml", "alerts-test.yaml", "grafana-dashboard.json"] {
            let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
            let wanted = try Self.names(in: text)
            #expect(!wanted.isEmpty)
            #expect(wanted.isSubset(of: told), "\(file): \(wanted.subtracting(told).sorted())")
        }
    }

    /// The metrics that a scrape tells of.
    private static func told(in text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) }
        )
    }

    /// What is told while another program's commits pause both stages; they are adopted then.
    private static func pausing(_ shop: SimpleShop) async throws -> Set<String> {
        try shop.repository.setHook("pre-receive", "exit 0")
        let text = Manifest.kustomization([(shop.source.image("app"), "1.2.1")])
        try await shop.repository.commit(
            ["envs/test/kustomization.yaml": text, "envs/prod/kustomization.yaml": text],
            message: "build: automatic update of app",
            by: "argocd-image-updater <noreply@argoproj.io>"
        )
        #expect(try await shop.source.announce("app", "1.2.5", to: shop.served) == 202)
        for stage in ["test", "prod"] {
            #expect(try await shop.served.lastPromotion(of: stage, freightOf: "1.2.5").phase == "Failed")
        }
        let told = Self.told(in: try await shop.served.health("metrics"))
        for stage in ["test", "prod"] {
            #expect(try await shop.served.command("adopt", "shop/\(stage)").status == 0)
        }
        return told
    }

    @Test func `The dashboard is JSON, and each panel asks something`() throws {
        let data = try Data(contentsOf: Self.folder.appending(path: "grafana-dashboard.json"))
        let board = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        #expect(panels.count > 10)
        for panel in panels {
            let targets = try #require(panel["targets"] as? [[String: Any]])
            #expect(targets.allSatisfy { ($0["expr"] as? String)?.contains("hoistway_") == true })
        }
    }

    @Test func `promtool takes the alert rules, and their unit tests hold`() async throws {
        let promtool = try TestProgram.find("promtool", package: "prometheus")
        try await TestProgram.check(promtool, ["check", "rules", "alerts.yaml"], in: Self.folder.path)
        try await TestProgram.check(promtool, ["test", "rules", "alerts-test.yaml"], in: Self.folder.path)
    }
}
