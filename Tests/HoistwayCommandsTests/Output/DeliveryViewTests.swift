import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

/// How deliveries, and what is behind with them, are shown.
struct DeliveryViewTests {
    private static func view(_ decisions: [SubscriptionDecision.State]) -> DeliveryView {
        let key = WarehouseKey(project: "shop", name: "app")
        var delivery = StoredDelivery(
            id: DeliveryID(7),
            receiver: "hook",
            senderID: nil,
            headers: [],
            body: [],
            receivedAt: Timestamp(seconds: 0),
            verdict: "token#0",
            isEvidence: true,
            state: .failed,
            reason: "the whole"
        )
        delivery.failureKind = .sender
        delivery.decisions = decisions.enumerated().map { index, state in
            SubscriptionDecision(
                event: 0,
                subject: "ghcr.io/acme/app:\(index)",
                key: SubscriptionKey(warehouse: key, subscription: "app"),
                state: state,
                reason: "part \(index)\u{1B}"
            )
        }
        return DeliveryView(delivery)
    }

    // I1, I10
    @Test func `a list shows the sort of a failure, and the parts where there are several`() {
        let one = DeliveryView.sheet([Self.view([.decided])], .plain).text()
        #expect(one.contains("failed (sender)") && one.contains("the whole") && !one.contains("part 0"), "\(one)")
        let many = DeliveryView.sheet([Self.view(Array(repeating: .decided, count: 22) + [.waiting])], .plain).text()
        let parts = many.split(separator: "\n").filter { $0.contains("part ") }
        #expect(parts.count == DeliveryView.maxListedDecisions && many.contains("and 3 more"), "\(many)")
        #expect(parts.first?.contains("waiting") == true && !many.contains("\u{1B}"), "\(many)")
    }

    // I9
    @Test func `what waits is said in a line of its own where it is much, or where it waits long`() {
        let now = Timestamp(seconds: 1_800_000_000)
        func line(_ received: Int, _ age: Duration) -> String? {
            DeliveryQueue(received: received, waiting: 3, oldest: now + (Duration.zero - age)).line(now: now)
        }
        #expect(line(64, .seconds(10)) == nil && line(0, .seconds(900)) == nil)
        let oldest = (now + .seconds(-11)).rfc3339
        #expect(line(1, .seconds(11)) == "1 delivery waits to be decided, the oldest since \(oldest)")
        #expect(line(12_345, .seconds(11)) == "12,345 deliveries wait to be decided, the oldest since \(oldest)")
        #expect(line(65, .zero)?.hasPrefix("65 deliveries wait to be decided") == true)
        let queue = DeliveryQueue(received: 65, waiting: 0, oldest: now)
        #expect(queue.note?.hasPrefix("65 deliveries wait") == true && DeliveryQueue().note == nil)
    }

    @Test func `a warehouse shows what it has not decided`() {
        var view = WarehouseView(project: "shop", name: "app", subscriptions: ["image ghcr.io/acme/app: 1.0.0"])
        #expect(WarehouseView.sheet([view], .plain).text().split(separator: "\n").count == 2)
        view.undecided = ["shop/app: app: 7,000 deliveries wait to be decided"]
        #expect(WarehouseView.sheet([view], .plain).text().contains("7,000 deliveries wait"))
    }

    // T16
    @Test func `the answer of reload keeps its lines, without control characters`() {
        #expect(Reload.shown(["a.yaml:1: first\n  second\u{1B}"]) == "reloaded\na.yaml:1: first\n  second\\u{1b}")
    }
}
