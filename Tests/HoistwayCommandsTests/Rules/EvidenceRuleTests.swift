import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Rules 1 to 4: what an event is worth.
struct EvidenceRuleTests {
    @Test func `Rule 1: what only a fixed secret vouches for is confirmed at the configured registry`() async throws {
        let told = Payload.digest(of: "what", tag: "the payload says")
        let real = OneImageRegistry.digest
        let registry = try OneImageRegistry()
        let host = registry.host
        let image = "\(host)/acme/app"
        let rig = try await RuleRig.one { configuration in
            configuration.receivers = [.init(name: "registry", sender: "distribution", secret: "Bearer fixed")]
            configuration.manifests[1] = Manifest.images("app", in: "shop", image)
            configuration.more.append("registries: [{host: \"\(host)\", insecure: true}]")
        }
        try await rig.run {
            let body = """
                {"events": [{"id": "1", "timestamp": "2026-01-02T03:04:05Z", "action": "push",
                "target": {"mediaType": "application/vnd.oci.image.index.v1+json", "size": 1, "length": 1,
                "digest": "\(told)", "repository": "acme/app", "tag": "1.1.0"},
                "request": {"id": "r", "addr": "127.0.0.1:2", "host": "\(host)", "method": "PUT"}}]}
                """
            let payload = Payload(
                headers: [
                    ("Content-Type", "application/vnd.docker.distribution.events.v2+json"),
                    ("Authorization", "Bearer fixed"),
                ],
                body: Array(body.utf8)
            )
            #expect(try await rig.served.post(payload, to: "/hook/registry") == 202)
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let text = try await rig.text()
            #expect(text.contains("digest: \(real)") && !text.contains(told))
        }
    }

    @Test func `Rule 2: a key that one team has does not speak for another team's repository`() async throws {
        let rig = try await RuleRig.one { configuration in
            configuration.receivers[0].sources = "[\"127.0.0.1:*/other-team/*\", ghcr.io/other-team/*]"
        }
        try await rig.run {
            let delivery = try await rig.decided("1.1.0")
            #expect(delivery.state == .ignored)
            #expect(delivery.reason.contains("receiver ghcr may not report"), "\(delivery.reason)")
            #expect(delivery.reason.contains("not among its sources"))
            #expect(try await rig.promotions().isEmpty)
        }
        #expect(try await rig.head() == rig.head("main"))
    }

    @Test func `Rule 3: old signed bytes under a new delivery id change nothing`() async throws {
        let rig = try await RuleRig.one()
        try await rig.run {
            let first = try Payload.package(rig.source.image("app"), tag: "1.1.0", secret: rig.source.secret, id: "one")
            #expect(try await rig.served.post(first, to: "/hook/ghcr") == 202)
            _ = try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0")
            _ = try await rig.push("1.2.0")
            let head = try await rig.head()

            var replayed = first
            replayed.headers[2].1 = "another id"
            #expect(try await rig.served.post(replayed, to: "/hook/ghcr") == 200, "flagged as a duplicate")
            #expect(try await rig.served.post(first, to: "/hook/ghcr") == 200)
            #expect(try await rig.served.get("deliveries", as: Listed<DeliveryView>.self).items.count == 2)
            #expect(try await rig.promotions().count == 2)
            #expect(try await rig.head() == head)
        }
        #expect(try await rig.tag() == "1.2.0")
    }

    @Test func `Rule 3: events out of order leave the branch at the newest`() async throws {
        let rig = try await RuleRig.one()
        try await rig.run {
            for tag in ["1.3.0", "1.1.0", "1.4.0", "1.2.0"] {
                #expect(try await rig.source.announce("app", tag, to: rig.served) == 202)
            }
            _ = try await rig.served.lastPromotion(of: "test", freightOf: "1.4.0")
            _ = try await rig.settled()
            try await eventually("the end of all promotions") { try await rig.promotions().allSatisfy(\.isOver) }
            #expect(try await rig.tag() == "1.4.0")
        }
    }

    @Test func `Rule 4: an older version than the branch carries is not promoted by itself, but by hand`() async throws
    {
        let rig = try await RuleRig.one(tag: "2.0.0")
        try await rig.run {
            let refused = try await rig.push("1.4.9")
            #expect(refused.phase == "Failed")
            #expect(refused.message.contains("carries \(rig.source.image("app")) 2.0.0, and 1.4.9 is older"))
            #expect(try await rig.tag() == "2.0.0")
            let byHand = try await rig.served.command("promote", "shop/test", refused.freight, "--wait")
            #expect(byHand.status == 0, "\(byHand.text)\(byHand.errors)")
            #expect(try await rig.tag() == "1.4.9")
        }
    }
}
