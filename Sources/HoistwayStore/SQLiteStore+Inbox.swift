package import HoistwayPorts

extension SQLiteStore: Inbox {
    package func submit(_ delivery: IncomingDelivery, ticket: UInt64, reply: any InboxReply) {
        let prepared = PreparedDelivery(delivery, with: zstd, ticket: ticket, reply: reply)
        guard !submit(prepared) else { return }
        metrics.refused(deliveries: 1)
        reply.answered([(ticket, .unavailable("the store is closing, or too much waits for the disk"))])
    }

    package func arrivals() -> AsyncStream<Void> {
        arrivalsHub.stream()
    }
}
