/// Makes names of promotions that sort in the order in which they were made.
///
/// The middle part is a ULID (48 bits of milliseconds, 80 bits of chance, <https://github.com/ulid/spec>);
/// within one millisecond, and when the clock goes back, the last one is counted up.
package struct PromotionNames: Sendable {
    /// So that name, dots, ULID and freight fit the 253 characters of a Kubernetes name.
    package static let maxStageLength = 218

    private var lastMilliseconds: UInt64 = 0
    private var high: UInt16 = 0
    private var low: UInt64 = 0

    package init() {}

    package mutating func next(
        stage: StageKey,
        freight: FreightID,
        now: Timestamp,
        random: () -> UInt64
    ) -> PromotionID {
        advance(to: UInt64(max(0, now.microseconds / 1000)), random: random)
        var name = String(stage.name.prefix(Self.maxStageLength))
        while name.hasSuffix(".") || name.hasSuffix("-") { name.removeLast() }
        return PromotionID("\(name).\(ulid).\(freight.short)".lowercased())
    }

    private mutating func advance(to milliseconds: UInt64, random: () -> UInt64) {
        if milliseconds > lastMilliseconds {
            lastMilliseconds = milliseconds
            // The top bit stays free, so that counting up does not overflow.
            high = UInt16(truncatingIfNeeded: random()) & 0x7fff
            low = random()
        } else {
            let (sum, overflow) = low.addingReportingOverflow(1)
            low = sum
            if overflow { high &+= 1 }
        }
    }

    private var ulid: String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var text: [UInt8] = []
        for shift in stride(from: 45, through: 0, by: -5) {
            text.append(alphabet[Int(lastMilliseconds >> UInt64(shift) & 31)])
        }
        // 80 bits, five at a time, from the top: 16 of `high`, then 64 of `low`.
        for index in 0..<16 {
            var value = 0
            for bit in index * 5..<index * 5 + 5 {
                let isSet =
                    bit < 16 ? high >> UInt16(15 - bit) & 1 : UInt16(truncatingIfNeeded: low >> UInt64(79 - bit) & 1)
                value = value << 1 | Int(isSet)
            }
            text.append(alphabet[value])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
