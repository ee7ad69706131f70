import HoistwayPorts

/// A set of deliveries: ids that follow each other take one bit each.
///
/// In a rush 200,000 are known, almost all of them in a row.
struct DeliverySet {
    /// 64 ids in each word, by their common higher bits; no word is 0.
    private var words: [Int64: UInt64] = [:]
    private(set) var count = 0

    private static func place(of id: DeliveryID) -> (word: Int64, bit: UInt64) {
        (id.number >> 6, 1 << UInt64(id.number & 63))
    }

    func contains(_ id: DeliveryID) -> Bool {
        let (word, bit) = Self.place(of: id)
        return words[word, default: 0] & bit != 0
    }

    /// False if it was there already.
    mutating func insert(_ id: DeliveryID) -> Bool {
        guard !contains(id) else { return false }
        let (word, bit) = Self.place(of: id)
        words[word, default: 0] |= bit
        count += 1
        return true
    }

    /// False if it was not there.
    @discardableResult
    mutating func remove(_ id: DeliveryID) -> Bool {
        let (word, bit) = Self.place(of: id)
        guard let bits = words[word], bits & bit != 0 else { return false }
        words[word] = bits == bit ? nil : bits & ~bit
        count -= 1
        return true
    }
}
