import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Requests that nobody asked for.
struct FloodTests {
    @Test func `Ten thousand forged deliveries grow neither disk nor memory, and a good one gets its 202`()
        async throws
    {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
            // The first thousand fill what is kept of refusals and what the allocator keeps.
            try await Self.flood(shop, 1000)
            let (disk, memory) = (try Self.stateBytes(shop.served), try Self.residentKilobytes(shop.served))
            try await Self.flood(shop, 10_000)
            #expect(try Self.stateBytes(shop.served) == disk)
            #expect(try Self.residentKilobytes(shop.served) - memory < 24 * 1024)
            #expect(try await shop.source.announce("app", "1.2.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test", freightOf: "1.2.0").phase == "Succeeded")
            let kept = try await shop.served.getText("refusals?receiver=ghcr&limit=500")
            #expect(kept.components(separatedBy: "\"mismatch\"").count - 1 == 200)
            #expect(!kept.contains("forged"))
            let log = shop.served.log.split(separator: "\n").count { $0.contains("a request was refused") }
            #expect(log < 3000)
        }
    }

    /// Forged deliveries by 32 senders; each must be told 401.
    private static func flood(_ shop: SimpleShop, _ count: Int) async throws {
        let payload = try Payload.package(shop.source.image("app"), tag: "9.9.9-forged", secret: "forged secret")
        try await withThrowingTaskGroup(of: Int.self) { group in
            let senders = 32
            for sender in 0..<senders {
                group.addTask {
                    var refused = 0
                    for _ in 0..<(count / senders + (sender < count % senders ? 1 : 0))
                    where try await shop.served.post(payload, to: "/hook/ghcr") == 401 {
                        refused += 1
                    }
                    return refused
                }
            }
            var refused = 0
            for try await part in group { refused += part }
            #expect(refused == count)
        }
    }

    private static func stateBytes(_ served: ServedProgram) throws -> Int {
        try ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try FileManager.default.attributesOfItem(atPath: served.database + suffix)
            return sum + (attributes[.size] as? Int ?? 0)
        }
    }

    /// Of the program itself, which is the shell's child that has listened longest.
    private static func residentKilobytes(_ served: ServedProgram) throws -> Int {
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(name) != nil {
            // A process that has just gone is none of ours.
            guard let line = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8),
                line.contains("hoistway\0serve\0"), line.contains(served.configFile),
                let status = try? String(contentsOfFile: "/proc/\(name)/status", encoding: .utf8),
                let entry = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
                let number = entry.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
            else { continue }
            return number
        }
        throw TestServerError.failed("looking for the program's memory", detail: "no process serves this configuration")
    }

    @Test func `One address is held to its rate with 429, and others are not`() async throws {
        let shop = try await SimpleShop(webhooks: ["trustedProxies: [127.0.0.1]", "maxPerSecondPerAddress: 1"])
        defer { shop.stop() }
        try await shop.served.serving {
            var forged = try Payload.package(shop.source.image("app"), tag: "9.9.9", secret: "forged secret")
            forged.headers.append(("X-Forwarded-For", "203.0.113.9"))
            let sent = forged
            // All at once: a sender that waits for each answer can be slower than the rate on a busy machine.
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<60 { group.addTask { try await shop.served.answer(to: sent, at: "/hook/ghcr") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.status)) == [401, 429])
            #expect(answers.filter { $0.status == 429 }.allSatisfy { $0.retryAfter == "1" })
            var good = try Payload.package(shop.source.image("app"), tag: "1.1.0", secret: shop.source.secret)
            good.headers.append(("X-Forwarded-For", "198.51.100.7"))
            #expect(try await shop.served.post(good, to: "/hook/ghcr") == 202)
            let shown = try await shop.served.command("get", "refusals", "ghcr", "--limit", "100")
            #expect(shown.status == 0, "\(shown.errors)")
            #expect(shown.text.contains("more requests came than the receiver accepts in a second"), "\(shown.text)")
            #expect(shown.text.contains("203.0.113.9") && shown.text.contains("is not one that the receiver accepts"))
            #expect(shown.text.contains("AGE "))
        }
    }
}
