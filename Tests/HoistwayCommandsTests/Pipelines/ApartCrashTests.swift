import Foundation
import HoistwayTestServers
import Synchronization
import Testing

/// Promotions that run beside their lanes, side by side, one of which ends the whole program.
struct ApartCrashTests {
    private static func asking(_ stage: String, port: Int) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(stage), namespace: shop}
        spec:
          requestedFreight:
            - origin: {kind: Warehouse, name: app}
              sources: {direct: true}
          promotionTemplate:
            spec:
              steps:
                - uses: http
                  config: {url: "http://127.0.0.1:\(port)/\(stage)", method: POST, timeout: 5m}
        """
    }

    @Test func `the one that ends the program is found by running alone, and set aside; the others end well`()
        async throws
    {
        let program = Mutex<ServedProgram?>(nil)
        let deaths = Mutex(0)
        let desk = try ScriptedServer { request in
            let isFirst = deaths.withLock { $0 == 0 }
            if request.contains("/deadly ") {
                // Once both are under way.
                while isFirst, !Self.isAskedByBoth.withLock({ $0 }) { usleep(2000) }
                deaths.withLock { $0 += 1 }
                program.withLock { $0 }?.kill()
                return [.close]
            }
            Self.isAskedByBoth.withLock { $0 = true }
            return isFirst ? [.hang] : [ScriptedServer.http("200 OK", type: "text/plain", [])]
        }
        defer { desk.stop() }
        let rig = try await RuleRig(
            files: { _ in ["README": "empty\n"] },
            stages: { _ in ["deadly", "harmless"].map { Self.asking($0, port: desk.port) } },
            configure: { $0.more.append("http: {privateHosts: [127.0.0.1]}") }
        )
        program.withLock { $0 = rig.served }
        defer { program.withLock { $0 = nil } }
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            // Once beside the other, then three times alone.
            for number in 1...4 {
                try await eventually("end \(number) of the program") {
                    deaths.withLock { $0 } == number && !rig.served.isRunning
                }
                // It may end again before it listens.
                _ = try await rig.served.begin([try ServedProgram.program])
            }
            let deadly = try await rig.served.lastPromotion(of: "deadly")
            #expect(deadly.phase == "Errored")
            #expect(deadly.message.hasPrefix("set aside: the program ended suddenly 3 times"), "\(deadly.message)")
            #expect(try await rig.served.lastPromotion(of: "harmless").phase == "Succeeded")
            #expect(deaths.withLock { $0 } == 4)
        }
    }

    private static let isAskedByBoth = Mutex(false)
}
