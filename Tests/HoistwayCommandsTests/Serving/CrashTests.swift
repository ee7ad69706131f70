import HoistwayTestServers
import Synchronization
import Testing

/// Killed again and again, the program loses nothing and does nothing twice.
struct CrashTests {
    private static let images = 5
    private static let tagsPerImage = 100
    /// By the clock, while deliveries are coming in.
    private static let killsByTime = 22
    /// Between a push's request and its answer.
    private static let killsByPush = 10

    /// Each wait has its own limit, which only a standstill reaches: a busy machine takes longer for all of it.
    @Test func `After thirty kills in bursts nothing is lost and no promotion is on a branch twice`() async throws {
        let rig = try await CrashRig.make(images: Self.images, tags: Self.tagsPerImage)
        defer { rig.stop() }
        let kinds = Array(repeating: false, count: Self.killsByTime) + Array(repeating: true, count: Self.killsByPush)
        let rounds = kinds.shuffled()
        let size = Self.images * Self.tagsPerImage / (rounds.count + 1)
        try await rig.served.explained {
            for (number, isByPush) in rounds.enumerated() {
                try await rig.served.start()
                if isByPush {
                    let moment: GitProxy.Moment = number.isMultiple(of: 2) ? .answered : .requested
                    try await rig.killAtNextPush(moment, burst: size)
                } else {
                    try await rig.kill(after: .milliseconds(Int.random(in: 5...250)), burst: size)
                }
            }
            #expect(rig.killed.withLock { $0 } == rounds.count)
            try await rig.served.start()
            try await rig.sendAll()
            try await rig.settle()
            // What was set aside for the kills goes on by one command.
            try await rig.served.command("retry", "promotions", "--failed")
            try await rig.settle()
            try await rig.verify()
        }
    }
}
