import Foundation
import HoistwayTestServers
import Testing

/// In which order the program starts, and how a start fails.
struct StartTests {
    @Test func `Webhooks are listened for as soon as the database is open`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {}
        // The token is the first thing that is made of all the rest.
        let lines = shop.served.log.split(separator: "\n")
        let listening = try #require(lines.firstIndex { $0.contains("listening for webhooks") })
        let token = try #require(lines.firstIndex { $0.contains("the first API token") })
        #expect(listening < token)
    }

    @Test func `A console whose port is taken ends the start, with the port and the key`() async throws {
        let shop = try await SimpleShop()
        let other = try await SimpleShop()
        defer {
            shop.stop()
            other.stop()
        }
        try await other.served.serving {
            let taken = "127.0.0.1:\(other.served.ports.console)"
            let text = try String(contentsOfFile: shop.served.configFile, encoding: .utf8)
                .replacingOccurrences(of: "127.0.0.1:\(shop.served.ports.console)", with: taken)
            try shop.served.folder.write(text, to: "hoistway.yaml")
            let ended = try await TestProgram.run(ServedProgram.program, ["serve", "--config", shop.served.configFile])
            #expect(ended.status == 1)
            #expect(ended.errors.contains("cannot listen on \(taken)") && ended.errors.contains("console.listen"))
            let failed = ended.errors.split(separator: "\n").filter { $0.contains("a service failed") }
            #expect(failed.count == 1 && failed[0].contains("service=console"), "\(ended.errors)")
            #expect(ended.errors.contains("ended with an error") && !ended.errors.contains(" stopped"))
            #expect(!LoopbackPort.isOpen(shop.served.ports.webhooks))
        }
    }

    @Test func `The code that only a start needs is let go, and the program goes on`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            let pid = try #require(try shop.served.pids().first)
            var most = 0
            try await eventually("4 MB less of files in memory") {
                let present = try Self.fileKilobytes(pid)
                most = max(most, present)
                return present < most - 4096
            }
            #expect(try await shop.served.health("livez") == "ok\n")
            #expect(try await shop.served.command("get", "stages").status == 0)
        }
    }

    /// How much of files, its own above all, a process has in memory.
    private static func fileKilobytes(_ pid: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
    }
}
