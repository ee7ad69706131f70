import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// I5, I6, S12 and the hostile client, on the real program.
struct LostStateTests {
    private static let secret = "secret of the receiver"

    private static func program() throws -> ServedProgram {
        try ServedProgram(
            ServedConfiguration(
                receivers: [.init(name: "app", sender: "github", secret: secret)],
                manifests: ["apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}"]
            )
        )
    }

    private static func ping(_ number: Int) throws -> Payload {
        try Payload.github(Array(#"{"zen": "\#(number)", "hook_id": \#(number)}"#.utf8), event: "ping", secret: secret)
    }

    private static func move(_ old: String, to new: String) throws {
        for suffix in ["", "-wal", "-shm", ".lock"] {
            try FileManager.default.moveItem(atPath: old + suffix, toPath: new + suffix)
        }
    }

    /// A sender whose connection breaks sends again, as a real one does: then the delivery may be stored already.
    private static func expect(_ wanted: Int, of number: Int, from served: ServedProgram) async throws {
        let ping = try ping(number)
        var status: Int?
        var tries = 0
        try await eventually("an answer to ping \(number)") {
            tries += 1
            status = try? await served.answer(to: ping, at: "/hook/app").status
            return status != nil
        }
        let isStoredBefore = tries > 1 && wanted == 202 && status == 200
        #expect(status == wanted || isStoredBefore, "ping \(number) was answered with \(status ?? 0)")
    }

    // I5
    @Test func `Nothing is acknowledged for a state that was removed, until it is back or the server starts again`()
        async throws
    {
        let served = try Self.program()
        try await served.explained {
            try await served.start()
            try await Self.expect(202, of: 1, from: served)
            #expect(try await served.health("readyz") == "ok\n")
            try Self.move(served.database, to: served.database + ".away")
            try await Self.expect(503, of: 2, from: served)
            try await Self.expect(503, of: 1, from: served)
            #expect(try await served.health("readyz").contains("it was removed or renamed"))
            try Self.move(served.database + ".away", to: served.database)
            try await Self.expect(200, of: 1, from: served)
            try await Self.expect(202, of: 2, from: served)
            #expect(try await served.health("readyz") == "ok\n")
            for suffix in ["", "-wal", "-shm", ".lock"] {
                try FileManager.default.removeItem(atPath: served.database + suffix)
            }
            try await Self.expect(503, of: 3, from: served)
            let errors = served.log.split(separator: "\n").filter { $0.contains("the state's files are gone") }
            #expect(errors.count == 2, "\(errors)")
            #expect(errors.allSatisfy { $0.contains(" error ") && $0.contains("503") })
            served.stop()
            try await served.start()
            #expect(try await served.health("readyz") == "ok\n")
            try await Self.expect(202, of: 3, from: served)
        }
    }

    // I6
    @Test func `With few open files more connections than there is room for starve nothing`() async throws {
        let served = try Self.program()
        try await served.explained {
            try await served.start(under: ["sh", "-c", "ulimit -n 256 && exec \"$@\"", "sh"])
            #expect(served.log.contains("the limit of open files is low"))
            async let crowd = HostileHTTPClient(port: served.ports.webhooks).run(.manyConnections, path: "/hook/app")
            for number in 1...20 {
                try await eventually("a good sender to be served") {
                    [200, 202].contains(try await served.post(Self.ping(number), to: "/hook/app"))
                }
                #expect(try await served.getText("deliveries").contains("\"id\""))
            }
            #expect(try await crowd.isEnded)
        }
    }

    // S12
    @Test func `A folder that is open to all is closed at the start, and the log says so`() async throws {
        let served = try Self.program()
        let folders = ["var", "var/git"].map { "\(served.folder.path)/\($0)" }
        for folder in folders {
            mkdir(folder, 0o777)
            chmod(folder, 0o777)
        }
        try await served.serving {
            for folder in folders {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder)
                #expect(attributes[.posixPermissions] as? Int == 0o700)
            }
            #expect(served.log.contains("the cache of Git objects was open to other users"))
            #expect(served.log.contains("the state was open to other users"))
            // The memory of the process belongs to nobody but root.
            let pid = try #require(try served.pids().first)
            let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
            let cores = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
            #expect(cores.split(separator: " ").filter { $0 == "0" }.count == 2, "\(cores)")
        }
    }

    @Test func `All that hostile clients do at a time takes little memory, and a good sender is served`() async throws {
        let served = try Self.program()
        try await served.explained {
            try await served.start()
            #expect(try await served.post(Self.ping(0), to: "/hook/app") == 202)
            let before = try Self.peakKilobytes(served)
            try await withThrowingTaskGroup(of: (HostileHTTPBehaviour, HostileHTTPClient.Report).self) { group in
                for behaviour in HostileHTTPBehaviour.allCases {
                    group.addTask {
                        let client = HostileHTTPClient(port: served.ports.webhooks)
                        return (behaviour, try await client.run(behaviour, path: "/hook/app"))
                    }
                }
                for number in 1...50 {
                    // The disk of a busy machine may take longer than a sender waits: it is told to come again.
                    try await eventually("a good sender to be served") {
                        [200, 202].contains(try await served.post(Self.ping(number), to: "/hook/app"))
                    }
                }
                for try await (behaviour, report) in group {
                    #expect(report.isEnded, "\(behaviour)")
                    let statuses = Set(report.statuses)
                    #expect(behaviour.allowedStatuses.isSuperset(of: statuses), "\(behaviour): \(statuses)")
                }
            }
            #expect(try Self.peakKilobytes(served) - before < 64 << 10)
            #expect(try await served.post(Self.ping(99), to: "/hook/app") == 202)
        }
    }

    private static func peakKilobytes(_ served: ServedProgram) throws -> Int {
        let pid = try #require(try served.pids().first)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
    }
}
