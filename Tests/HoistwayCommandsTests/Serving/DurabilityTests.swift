import Foundation
import HoistwayTestServers
import Testing

/// What the kernel was asked to do before a sender was told that all is well.
struct DurabilityTests {
    @Test func `Each 202 follows an fdatasync of the database's log`() async throws {
        let strace = try TestProgram.find("strace", package: "strace")
        let source = try ImageSource()
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: []), Manifest.images("app", in: "shop", source.image("other")),
                ]
            )
        )
        let trace = "\(served.folder.path)/trace"
        try await served.explained {
            // `-y` shows the file behind each descriptor.
            let calls = "fdatasync,fsync,write,writev,sendto,sendmsg"
            try await served.start(under: [strace, "-f", "-y", "-s", "32", "-e", "trace=\(calls)", "-o", trace])
            for number in 1...5 { #expect(try await source.announce("app", "1.\(number).0", to: served) == 202) }
        }
        let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(Self.answers(in: lines).count == 5)
        for (number, isSynced) in Self.answers(in: lines).enumerated() {
            #expect(isSynced, "answer \(number + 1) came without a sync since the one before")
        }
    }

    /// For each 202, whether the log was synced between the answer before it and its own.
    private static func answers(in lines: [String]) -> [Bool] {
        var answers: [Bool] = []
        var isSynced = false
        // A call that another thread interrupted has its end on a line of its own, by process id.
        var unfinished: Set<Substring> = []
        for line in lines {
            let process = line.prefix { $0 != " " }
            if line.contains("HTTP/1.1 202") {
                answers.append(isSynced)
                isSynced = false
            } else if line.contains("fdatasync("), line.contains("hoistway.db-wal") {
                if line.contains("unfinished") { unfinished.insert(process) } else { isSynced = line.hasSuffix("= 0") }
            } else if line.contains("fdatasync resumed"), unfinished.remove(process) != nil {
                isSynced = line.hasSuffix("= 0")
            }
        }
        return answers
    }
}
