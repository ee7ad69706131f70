import HoistwayPorts
import Testing

@testable import HoistwayEngine

struct AskedDeliveriesTests {
    @Test func `a delivery is asked for once at a time`() {
        let asked = AskedDeliveries()
        #expect(asked.begin(DeliveryID(1)))
        #expect(!asked.begin(DeliveryID(1)))
        asked.end(DeliveryID(1))
        #expect(asked.begin(DeliveryID(1)))
    }

    @Test func `more wait until one has its answer`() async {
        let asked = AskedDeliveries()
        for number in 0..<AskedDeliveries.limit { #expect(asked.begin(DeliveryID(Int64(number)))) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await asked.room() }
            group.addTask { asked.end(DeliveryID(7)) }
            await group.waitForAll()
        }
        #expect(asked.begin(DeliveryID(7)))
    }
}
