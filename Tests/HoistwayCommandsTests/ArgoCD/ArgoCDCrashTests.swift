import HoistwayTestServers
import Synchronization
import Testing

/// Killed at any write, the program has each promotion synchronise its Application once.
struct ArgoCDCrashTests {
    /// Transactions of the state around which the program is killed, counted from its start.
    private static let writes = [2, 3, 4, 5, 6, 7]

    @Test func `killed at a write of its state, it starts no second sync`() async throws {
        let rig = try await ArgoCDRig()
        try await rig.run {
            try await rig.announce("1.1.0")
            #expect(try await rig.promotion(of: "test", "1.1.0").phase == "Succeeded")
            var kills = 0
            for (index, number) in Self.writes.enumerated() {
                for (place, isDone) in [(0, false), (1, true)] {
                    let point = CrashPoint.write(number, isDone: isDone)
                    let tag = "1.2.\(index * 2 + place)"
                    if try await killed(rig, at: point, tag) { kills += 1 }
                    try await check(rig, tag, point.description)
                }
            }
            #expect(kills > 3, "most of the points come before the end of what there is to do")
        }
    }

    @Test(arguments: [KubernetesVerdict.lose, .applyAndLoseAnswer])
    func `killed at a write to the cluster, it finds out there whether it was done`(_ verdict: KubernetesVerdict)
        async throws
    {
        let rig = try await ArgoCDRig()
        let hasStruck = Mutex(false)
        let served = rig.rig.served
        rig.cluster.beforeWrite { write in
            guard write.access.resource == .applications,
                "\(write.request.json ?? .null)".contains("kargo.akuity.io/promotion"),
                hasStruck.withLock({ was in
                    defer { was = true }
                    return !was
                })
            else { return .apply }
            served.kill()
            return verdict
        }
        try await rig.run {
            try await rig.announce()
            try await eventually("the kill") { !served.isRunning }
            try await served.start()
            try await check(rig, "1.1.0", "\(verdict)")
        }
    }

    /// Starts the program so that it dies at a point of a promotion, and starts it again; false where it did not die.
    private func killed(_ rig: ArgoCDRig, at point: CrashPoint, _ tag: String) async throws -> Bool {
        let served = rig.rig.served
        served.stop()
        let program = try ServedProgram.program(named: "hoistway-crash")
        let isListening = try await served.begin([point.environment ?? "", program])
        var isAccepted = false
        if isListening {
            // Killed meanwhile, it does not answer.
            isAccepted = (try? await rig.rig.source.announce("app", tag, to: served)) == 202
            try await eventually("the kill, or the end") {
                guard served.isRunning else { return true }
                let all = try? await rig.rig.promotions()
                return all?.first { $0.summary.contains(tag) }?.isOver ?? false
            }
        }
        guard !served.isRunning else { return false }
        try await served.start()
        if !isAccepted { try await rig.announce(tag) }
        return true
    }

    private func check(_ rig: ArgoCDRig, _ tag: String, _ what: String) async throws {
        let promotion = try await rig.promotion(of: "test", tag)
        #expect(promotion.phase == "Succeeded", "\(what): \(promotion.message)")
        let own = (rig.application("test")?["status", "history"]?.list ?? []).filter {
            $0["revision"]?.string == rig.application("test")?["status", "sync", "revision"]?.string
        }
        #expect(own.count == 1, "\(what): synchronised \(own.count) times")
        let head = try await rig.rig.head("stage/test")
        #expect(
            rig.application("test")?["status", "operationState", "syncResult", "revision"]?.string == head,
            "\(what)"
        )
        let operation = rig.application("test")?["status", "operationState", "operation"]
        #expect("\(operation ?? .null)".contains(promotion.id), "\(what)")
    }
}
