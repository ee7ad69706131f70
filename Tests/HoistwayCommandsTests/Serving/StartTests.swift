import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Testing

@testable import HoistwayCommands

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

    @Test func `Keys of ssh that a killed server left are removed beside the start`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/hoistway-key-old",
            withIntermediateDirectories: true
        )
        try folder.write("secret", to: "hoistway-key-old/key")
        let old = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -3600)]
        try FileManager.default.setAttributes(old, ofItemAtPath: "\(folder.path)/hoistway-key-old")
        try await shop.served.explained {
            try await shop.served.start(under: ["TMPDIR=\(folder.path)"])
            try await eventually("the key to be removed") { access("\(folder.path)/hoistway-key-old", F_OK) != 0 }
            try await eventually("a line in the log") { shop.served.log.contains("had left were removed") }
        }
    }

    @Test func `A delivery is taken while manifests are read, and the program is not ready before they are`()
        async throws
    {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let served = shop.served
        let small = try String(contentsOfFile: "\(served.folder.path)/pipelines.yaml", encoding: .utf8)
        try served.folder.write(([small] + Self.crowd(of: 1_000)).joined(separator: "\n---\n"), to: "pipelines.yaml")
        try await served.explained {
            async let started: Void = served.start()
            try await eventually("webhooks to be listened for") { LoopbackPort.isOpen(served.ports.webhooks) }
            let status = try await shop.source.announce("app", "1.5.0", to: served)
            try await eventually("an answer to readyz") { LoopbackPort.isOpen(served.ports.health) }
            let first = try await served.health("readyz")
            let isEarly = !LoopbackPort.isOpen(served.ports.console)
            #expect(status == 202)
            #expect(first == "starting: manifests and state are being read\n")
            #expect(isEarly)
            try await started
            try await eventually("the program to be ready") { try await served.health("readyz") == "ok\n" }
            #expect(try await served.lastPromotion(of: "test").phase == "Succeeded")
        }
    }

    /// Stages that nothing is promoted to: reading them takes its time.
    private static func crowd(of count: Int) -> [String] {
        let head = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: Project
            metadata: {name: crowd}
            """
        let warehouse = Manifest.warehouse("app", in: "crowd", "- image: {repoURL: 127.0.0.1:1/acme/crowd}")
        let steps = ["        - {uses: compose-output, config: {version: \"1\"}}"]
        return [head, warehouse]
            + (1...count).map { Manifest.stage("s\($0)", in: "crowd", of: ["app"], steps: steps) }
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

    @Test func `The code that only a start needs is let go, and used again as needed`() async throws {
        try Self.useAllCode()
        let before = try Self.fileKilobytes()
        let service = Task { try await StartPages(clock: ImpatientClock(), log: Logger(label: "test")).run() }
        defer { service.cancel() }
        // Other tests run meanwhile, and use some of it again.
        try await eventually("4 MB less of files in memory") { try Self.fileKilobytes() < before - 4096 }
        try Self.useAllCode()
    }

    /// Reads a byte of each page of the code and constants of this process's own file.
    private static func useAllCode() throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        var pages = 0
        var sum: UInt8 = 0
        for line in maps.split(separator: "\n") where line.hasSuffix(" \(program)") {
            let fields = line.split(separator: " ")
            let range = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard range.count == 2, fields[1].hasPrefix("r-") else { continue }
            for address in stride(from: range[0], to: range[1], by: Int(getpagesize())) {
                sum &+= try #require(UnsafePointer<UInt8>(bitPattern: address)).pointee
                pages += 1
            }
        }
        withExtendedLifetime(sum) {}
        #expect(pages > 1024)
    }

    /// How much of files, its own above all, this process has in memory.
    private static func fileKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
    }
}

/// Every pause of it is over at once.
private struct ImpatientClock: WallClock {
    func now() -> Timestamp { Timestamp(seconds: 0) }
    func sleep(for duration: Duration) async throws {}
}
