import HoistwayCrypto
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

// I1
/// A delivery of which one part is decided while the other waits for its registry.
struct HalfDecidedTests {
    /// How the registry treats questions about `acme/slow`; those about `acme/fast` are answered.
    private enum Slow { case hangs, fails, answers }

    private final class SlowRegistry: Sendable {
        let slow = Mutex(Slow.hangs)
        let asked = Mutex<[String: Int]>([:])

        func answer(_ request: String) -> [ScriptedServer.Step] {
            let line = request.split(separator: "\r\n").first.map(String.init) ?? ""
            if line.contains("/tags/list") {
                return [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"name":"a","tags":[]}"#.utf8))]
            }
            if line.contains("/manifests/1.1.0") {
                asked.withLock { $0[line.contains("/acme/slow/") ? "slow" : "fast", default: 0] += 1 }
            }
            if line.contains("/acme/slow/") {
                switch slow.withLock({ $0 }) {
                case .hangs: return [.hang]
                case .fails: return [ScriptedServer.http("503 Service Unavailable", type: "text/plain", [])]
                case .answers: break
                }
            }
            return [Self.manifest(isHead: line.hasPrefix("HEAD "))]
        }

        private static func manifest(isHead: Bool) -> ScriptedServer.Step {
            let type = "application/vnd.oci.image.manifest.v1+json"
            let config = "sha256:" + Hex.encode(SHA256.hash("{}"))
            let body = """
                {"schemaVersion":2,"mediaType":"\(type)","config":{"mediaType":\
                "application/vnd.oci.image.config.v1+json","digest":"\(config)","size":2},"layers":[]}
                """
            let head = [
                "HTTP/1.1 200 OK", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)",
                "Docker-Content-Digest: sha256:\(Hex.encode(SHA256.hash(body)))", "", "",
            ]
            return .send(Array((head.joined(separator: "\r\n") + (isHead ? "" : body)).utf8))
        }
    }

    private static func envelope(host: String) -> Payload {
        let events = ["fast", "slow"].map { name in
            """
            {"id": "\(name)", "timestamp": "2026-01-02T03:04:05Z", "action": "push",
            "target": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 1, "length": 1,
            "digest": "\(Payload.digest(of: name, tag: "1.1.0"))", "repository": "acme/\(name)", "tag": "1.1.0"},
            "request": {"id": "r", "addr": "127.0.0.1:2", "host": "\(host)", "method": "PUT"}}
            """
        }
        return Payload(
            headers: [
                ("Content-Type", "application/vnd.docker.distribution.events.v2+json"), ("Authorization", "Bearer it"),
            ],
            body: Array(#"{"events": [\#(events.joined(separator: ","))]}"#.utf8)
        )
    }

    private static func delivery(_ served: ServedProgram) async throws -> DeliveryView {
        try await served.get("deliveries/1", as: DeliveryView.self)
    }

    private static func decision(_ served: ServedProgram, _ warehouse: String) async throws -> SubscriptionDecision? {
        try await delivery(served).decisions?.first { $0.warehouse == warehouse }
    }

    @Test func `killed between the decisions of one delivery, the program decides each once, and shows what waits`()
        async throws
    {
        let script = SlowRegistry()
        let registry = try ScriptedServer { script.answer($0) }
        defer { registry.stop() }
        let host = "127.0.0.1:\(registry.port)"
        let rig = try await RuleRig.one { configuration in
            configuration.receivers = [.init(name: "registry", sender: "distribution", secret: "Bearer it")]
            configuration.manifests.remove(at: 1)
            configuration.manifests += ["fast", "slow"].map { Manifest.images($0, in: "shop", "\(host)/acme/\($0)") }
            configuration.manifests = configuration.manifests.map {
                $0.replacing("Warehouse, name: app}", with: "Warehouse, name: slow}")
            }
            configuration.more.append("registries: [{host: \"\(host)\", insecure: true}]")
        }
        let served = rig.served
        try await rig.run {
            #expect(try await served.post(Self.envelope(host: host), to: "/hook/registry") == 202)
            try await eventually("the decision on the fast part, while the slow one is asked") {
                guard script.asked.withLock({ $0["slow"] != nil }) else { return false }
                return try await Self.decision(served, "fast")?.state == .decided
            }
            let fast = try #require(try await Self.decision(served, "fast"))
            let freight = try await served.get("freight", as: Listed<FreightView>.self).items
            #expect(freight.map(\.warehouse) == ["fast"])

            served.kill()
            script.slow.withLock { $0 = .fails }
            try await served.start()
            try await eventually("the slow part to be put off") {
                try await Self.decision(served, "slow").map { $0.state == .waiting && $0.nextTry != nil } ?? false
            }
            try await Self.expectShown(served)

            served.kill()
            script.slow.withLock { $0 = .answers }
            try await served.start()
            try await eventually("the end of the delivery") { try await Self.delivery(served).state == .done }
            #expect(try await Self.decision(served, "fast") == fast, "what was decided stays as it was")
            let all = try await served.get("freight", as: Listed<FreightView>.self).items
            #expect(all.map(\.warehouse).sorted() == ["fast", "slow"])
            #expect(all.first { $0.warehouse == "fast" } == freight.first)
            let warehouses = try await served.command("get", "warehouses")
            #expect(!warehouses.text.contains("for an answer"), "\(warehouses.text)")
        }
    }

    /// What people read while one part waits.
    private static func expectShown(_ served: ServedProgram) async throws {
        let deliveries = try await served.command("get", "deliveries")
        #expect(deliveries.text.contains("1 decided, 1 waiting; shop/slow"), "\(deliveries.text)\(deliveries.errors)")
        let rows = deliveries.text.split(separator: "\n")
        #expect(rows.contains { $0.contains(" shop/slow ") && $0.contains(" waiting ") }, "\(rows)")
        #expect(rows.contains { $0.contains(" shop/fast ") && $0.contains(" decided ") }, "\(rows)")
        let one = try await served.command("get", "deliveries", "1")
        #expect(one.text.contains("shop/slow: waiting on ") && one.text.contains("next try"), "\(one.text)")
        let warehouses = try await served.command("get", "warehouses")
        #expect(warehouses.text.contains("1 delivery waits for an answer since "), "\(warehouses.text)")
        let why = try await served.command("why", "shop/test")
        #expect(why.text.contains("1 delivery waits for an answer since "), "\(why.text)\(why.errors)")
        #expect(why.text.contains("; the next try is at "), "\(why.text)")
    }
}
