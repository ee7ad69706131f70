import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import HoistwayTestServers
import NIOCore
import Testing

/// Everything that a hostile client does, with a good sender beside it.
struct HostileBehaviourTests {
    private static let limits = {
        var limits = ReceiverLimits.patient
        limits.headerTime = .seconds(3)
        limits.bodyTime = .seconds(3)
        limits.idleTime = .seconds(3)
        limits.connections = 400
        return limits
    }()

    @Test(arguments: HostileHTTPBehaviour.allCases)
    func `a hostile client is cut off, takes little, and a good sender beside it is served`(
        _ behaviour: HostileHTTPBehaviour
    ) async throws {
        let inbox = FakeInbox(.stores)
        try await withReceiver(inbox, limits: Self.limits) { port, _, _ in
            async let running = HostileHTTPClient(port: port).run(behaviour, path: "/hook/app")
            var served = 0
            var sent = 0
            repeat {
                sent += try await expect("202", from: post("{\"n\": \(served)}"), at: port)
                served += 1
            } while served < 20
            let report = try await running
            sent += try await expect("202", from: post("{\"last\": true}"), at: port)
            #expect(report.isEnded, "the listener left the connection open")
            #expect(behaviour.allowedStatuses.isSuperset(of: report.statuses), "\(Set(report.statuses))")
            #expect(!behaviour.mustAnswer || !report.statuses.isEmpty)
            #expect(report.sent < 24 << 20, "\(report.sent) bytes were taken")
            // Nothing of it was believed; a request of the good sender may have been stored without an answer.
            let bodies = Set((0..<served).map { "{\"n\": \($0)}" } + ["{\"last\": true}"])
            #expect((served + 1...sent).contains(inbox.deliveries.count))
            #expect(Set(inbox.deliveries.map { String(decoding: $0.body, as: UTF8.self) }) == bodies)
            if behaviour == .pipelinesTenThousand { #expect(report.statuses.count == 10_000) }
        }
    }
}
