import ArgumentParser
import Foundation
import HoistwayCrypto
import HoistwayEvents
import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import HoistwayStore
import Logging

/// The product's listener alone: without a store, or with the product's store and no reader.
struct ReceiverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "receiver", shouldDisplay: false)

    @Option var port: Int
    @Option var path: String
    @Option var secret: String
    @Option(help: "Where deliveries are stored; without it they are answered at once and forgotten.")
    var database: String?

    func run() async throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        var inbox: any Inbox = ForgetfulInbox()
        if let database { inbox = try SQLiteStore.open(StoreSettings(path: database), logger: logger) }
        let route = ReceiverRoute(
            name: "load",
            path: path,
            verifier: try PushVerifier(secret: secret),
            idHeaders: ["x-github-delivery"]
        )
        try await ReceiverServer(
            settings: ReceiverSettings(host: "127.0.0.1", port: port),
            routes: [route],
            inbox: inbox,
            clock: BenchClock(),
            logger: logger
        ).run()
    }
}

/// Stores nothing, but reports success before `submit` returns.
struct ForgetfulInbox: Inbox {
    func submit(_ delivery: IncomingDelivery, ticket: UInt64, reply: any InboxReply) {
        reply.answered([(ticket, .stored(DeliveryID(1)))])
    }

    func arrivals() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
}

/// The same check as `serve` makes for a receiver of GitHub's.
struct PushVerifier: RequestVerifier {
    private let verifier: Verifier

    init(secret: String) throws {
        verifier = try Verifier(sender: .github, authentication: .hmac([Secret(secret)]))
    }

    func verify(headers: [HeaderLine], body: [UInt8], now: Timestamp) -> RequestVerdict {
        switch verifier.verify(headers: headers, body: body, now: now) {
        case .accepted(let proof):
            .accepted(
                AcceptedRequest(
                    verdict: proof.description,
                    isEvidence: proof.isEvidence,
                    isSenderIDProven: proof.isDeliveryIDProven
                )
            )
        case .refused(let refusal): .refused(scheme: "github", reason: refusal.rawValue)
        }
    }
}

struct BenchClock: WallClock {
    func now() -> Timestamp {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return Timestamp(microseconds: Int64(moment.tv_sec) * 1_000_000 + Int64(moment.tv_nsec) / 1000)
    }

    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
