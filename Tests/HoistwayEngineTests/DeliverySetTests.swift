import HoistwayPorts
import Testing

@testable import HoistwayEngine

struct DeliverySetTests {
    @Test func `it holds what a set holds, at the ends of words and beyond`() {
        var deliveries = DeliverySet()
        var plain: Set<Int64> = []
        let numbers: [Int64] = [0, 1, 63, 64, 65, 127, 128, 1 << 40, -1, -64, -65, .max, .min]
        for round in 0..<3 {
            for number in numbers {
                let id = DeliveryID(number)
                if round == 1, number.isMultiple(of: 2) {
                    let (found, expected) = (deliveries.remove(id), plain.remove(number) != nil)
                    #expect(found == expected)
                } else {
                    let (isNew, expected) = (deliveries.insert(id), plain.insert(number).inserted)
                    #expect(isNew == expected)
                }
                #expect(deliveries.count == plain.count)
                #expect(numbers.filter { deliveries.contains(DeliveryID($0)) } == numbers.filter(plain.contains))
            }
        }
        let removed = numbers.map { deliveries.remove(DeliveryID($0)) }
        #expect(!removed.contains(false))
        #expect(deliveries.count == 0)
        let isThere = deliveries.remove(DeliveryID(1))
        #expect(!isThere)
    }
}
