import Foundation
import HoistwayTestServers
import Testing

/// What a person, or a program, reads in the log.
struct LogTests {
    @Test func `A delivery's id leads through JSON lines to its freight, promotion, commit and push`() async throws {
        let chat = "{name: chat, url: \"http://127.0.0.1:1/\", format: slack, secret: {file: secret-ghcr}}"
        let shop = try await SimpleShop(more: ["log: {format: json}", "notifications: [\(chat)]"])
        defer { shop.stop() }
        try await shop.served.serving {
            #expect(try await shop.source.announce("other", "1.0.1", to: shop.served) == 202)
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            let promotion = try await shop.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded")
        }
        let lines = try shop.served.log.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String],
                "a line is no JSON object: \(line)"
            )
        }
        for line in lines {
            #expect(line["time"]?.hasSuffix("Z") == true)
            #expect(line["level"] != nil && line["message"]?.isEmpty == false)
        }
        #expect(lines.contains { $0["message"] == "the configuration has a warning" })
        let way = lines.filter { $0["delivery.id"] == "2" }
        #expect(
            way.compactMap { $0["message"] } == [
                "a delivery was decided", "freight was formed", "a promotion was created", "a branch was pushed",
                "a promotion ended",
            ]
        )
        let freight = try #require(way[0]["freight.id"])
        #expect(way.allSatisfy { $0["freight.id"] == freight })
        let promotion = try #require(way[2]["promotion.id"])
        #expect(way[3]["promotion.id"] == promotion && way[4]["promotion.id"] == promotion)
        #expect(way[4]["promotion.phase"] == "Succeeded" && way[4]["stage.name"] == "shop/test")
        let commit = try await shop.repository.git("rev-parse", "main")
        #expect(way[3]["git.commit"] == commit.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(way[3]["git.branch"] == "main")
    }

    @Test func `A start names its services, and tells nothing of what is inside them`() async throws {
        let shop = try await SimpleShop(more: ["log: {format: json, level: debug}"])
        defer { shop.stop() }
        try await shop.served.serving {
            // Refused until it listens.
            try await eventually("health") { (try? await shop.served.health("readyz")) == "ok\n" }
        }
        // The listener for machines has a group of its own, since it is there before.
        let start = try #require(shop.served.log.split(separator: "\n").first { $0.contains("clusters") })
        let line = try #require(try JSONSerialization.jsonObject(with: Data(start.utf8)) as? [String: String])
        let names = [
            "clusters", "engine", "image updater", "console", "receiver", "reload", "programs", "start",
            "systemd", "manifests", "stop",
        ]
        .map { "\"\($0)\"" }
        #expect(line.values.contains("[\(names.joined(separator: ", "))]"), "\(line)")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `A stop is logged with its signal when it begins, and when nothing runs any more`(signal: Int32) async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            // Trapped once it is ready.
            try await eventually("health") { (try? await shop.served.health("readyz")) == "ok\n" }
            try shop.served.signal(signal)
            try await eventually("the end") { !shop.served.isRunning }
        }
        let lines = shop.served.log.split(separator: "\n")
        let name = signal == SIGTERM ? "SIGTERM" : "SIGINT"
        let stopping = try #require(lines.firstIndex { $0.contains("stopping") && $0.contains(name) })
        let stopped = try #require(lines.lastIndex { $0.hasSuffix(" stopped") })
        #expect(stopping < stopped && stopped == lines.count - 1, "\(lines.suffix(4))")
        #expect(!lines.contains { $0.contains(" error ") }, "\(lines.suffix(8))")
    }
}
