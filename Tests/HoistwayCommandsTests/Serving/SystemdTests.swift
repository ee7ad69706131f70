import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// What the program reports to systemd, and how it ends where a restart is of no use.
struct SystemdTests {
    @Test(arguments: [false, true])
    func `systemd gets readiness, life signs and the stop`(isAbstract: Bool) async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let path = isAbstract ? "@hoistway-\(UUID().uuidString)" : "\(shop.served.folder.path)/notify"
        let systemd = try DatagramSocket(at: path)
        var messages: [String] = []
        func wait(for line: String) async throws {
            try await eventually("systemd to get \(line)") {
                messages += systemd.received().flatMap { $0.split(separator: "\n").map(String.init) }
                return messages.contains(line)
            }
        }
        try await shop.served.explained {
            try await shop.served.start(under: ["NOTIFY_SOCKET=\(path)", "WATCHDOG_USEC=200000"])
            try await wait(for: "READY=1")
            try await wait(for: "STATUS=ready")
            let signs = messages.count { $0 == "WATCHDOG=1" }
            messages.removeAll()
            try await wait(for: "WATCHDOG=1")
            #expect(signs > 0 && !messages.contains("READY=1"))
            // To the program alone: what stops a server in tests may kill it.
            try shop.served.signal(SIGTERM)
            try await wait(for: "STOPPING=1")
        }
    }

    @Test func `a watchdog for another process gets no life sign`() {
        func interval(_ environment: [String: String]) -> Duration? {
            SystemdService.lifeSignInterval(environment, pid: 7)
        }
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "60000000"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "-1"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "soon"]) == nil)
    }

    @Test(arguments: ["", "relative/path", "vsock:2:1", "/" + String(repeating: "x", count: 200)])
    func `an address that is no socket of systemd's is not used`(address: String) {
        #expect(SystemdSocket(path: address) == nil)
    }

    @Test func `a configuration with errors ends serve with 78, which the unit does not restart`() async throws {
        let folder = try TemporaryFolder("hoistway-bad")
        defer { folder.remove() }
        try folder.write("webhooks: {listen: nowhere}\n", to: "hoistway.yaml")
        let ended = try await TestProgram.run(
            ServedProgram.program,
            ["serve", "--config", "\(folder.path)/hoistway.yaml"]
        )
        #expect(ended.status == 78)
        #expect(ended.errors.contains("the configuration has errors"))
        let missing = try await TestProgram.run(
            ServedProgram.program,
            ["serve", "--config", "\(folder.path)/none.yaml"]
        )
        #expect(missing.status == 78)
        // Nothing but a server's start has a status of its own for it.
        for command in [
            ["check"], ["eval", "--stage", "shop/test", "1"], ["notify", "test", "ops"],
            ["replay", "--receiver", "ghcr", "hoistway.yaml"], ["state", "check"],
        ] {
            for file in ["hoistway.yaml", "none.yaml"] where command != ["state", "check"] || file == "none.yaml" {
                let told = try await TestProgram.run(
                    ServedProgram.program,
                    command + ["--config", "\(folder.path)/\(file)"],
                    in: folder.path
                )
                #expect(told.status == 1, "\(command) \(file): \(told.text)\(told.errors)")
            }
        }
    }
}
