import FoundationEssentials
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Annotations of manifests, through reloads and restarts.
struct AnnotationServingTests {
    @Test func `a changed annotation is followed once, also across a restart, and what is shown is shown`() async throws
    {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let before = try String(contentsOfFile: "\(shop.served.folder.path)/pipelines.yaml", encoding: .utf8)
        func annotate(_ stage: String, _ warehouse: String) throws {
            var text = before.replacing(
                "metadata: {name: test, namespace: shop}",
                with: "metadata: {name: test, namespace: shop, annotations: {\(stage)}}"
            )
            text = text.replacing(
                "metadata: {name: app, namespace: shop}",
                with: "metadata: {name: app, namespace: shop, annotations: {\(warehouse)}}"
            )
            try #require(text != before)
            try shop.served.folder.write(text, to: "pipelines.yaml")
        }
        func lines() async throws -> [String] {
            try await shop.served.command("audit").text.split(separator: "\n").map(String.init)
                .filter { $0.contains("kargo.akuity.io/") }
        }
        let refresh = "kargo.akuity.io/refresh"
        try annotate("\(refresh): a", "\(refresh): a")
        try await shop.served.serving {
            #expect(try await lines() == [])
            try annotate(
                "\(refresh): b, kargo.akuity.io/color: '#00aaff', kargo.akuity.io/description: 'The first stop'",
                "\(refresh): b, kargo.akuity.io/description: 'All images'"
            )
            let reloaded = try await shop.served.command("reload")
            #expect(reloaded.status == 0, "\(reloaded.text)\(reloaded.errors)")
            let followed = try await lines()
            #expect(followed.count == 2, "\(followed)")
            #expect(followed.contains { $0.contains("Stage shop/test: its branches are looked at") })
            #expect(followed.contains { $0.contains("Warehouse shop/app: it is looked at") })
            #expect(try await shop.served.command("reload").status == 0)
            #expect(try await lines().count == 2)
            let stages = try await shop.served.command("get", "stages").text
            #expect(stages.contains("shop/test: The first stop; #00aaff"), "\(stages)")
            let view = try await shop.served.get("stages", as: Listed<StageView>.self).items.first
            #expect(view?.color == "#00aaff" && view?.description == "The first stop")
            #expect(try await shop.served.command("get", "warehouses").text.contains("shop/app: All images"))
        }
        try await shop.served.serving {
            let seen = try await lines()
            #expect(seen.count == 2)
        }
        // Changed while nobody served.
        try annotate("\(refresh): c", "\(refresh): b")
        try await shop.served.serving {
            try await eventually("the request") { try await lines().count == 3 }
        }
    }
}
