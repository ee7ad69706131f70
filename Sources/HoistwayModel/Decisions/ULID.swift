/// The middle part of a promotion's name: 48 bits of milliseconds, 80 random bits.
///
/// <https://github.com/ulid/spec>
struct ULID: Comparable {
    static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    static let length = 26

    let milliseconds: UInt64
    let high: UInt16
    let low: UInt64

    init(_ milliseconds: UInt64, _ high: UInt16, _ low: UInt64) {
        self.milliseconds = milliseconds
        self.high = high
        self.low = low
    }

    /// `nil` where the name has none, such as a name that a person has chosen.
    init?(_ promotion: PromotionID) {
        let parts = promotion.text.utf8.split(separator: UInt8(ascii: "."))
        guard parts.count >= 3 else { return nil }
        let digits = parts[parts.count - 2].compactMap { Self.alphabet.firstIndex(of: $0) }
        guard digits.count == Self.length, parts[parts.count - 2].count == Self.length else { return nil }
        milliseconds = digits[..<10].reduce(0) { $0 << 5 | UInt64($1) } & (1 << 48 - 1)
        // 80 bits, five at a time, from the top: 16 of `high`, then 64 of `low`.
        var bits: (high: UInt64, low: UInt64) = (0, 0)
        for digit in digits[10...] {
            bits.high = bits.high << 5 | bits.low >> 59
            bits.low = bits.low << 5 | UInt64(digit)
        }
        high = UInt16(truncatingIfNeeded: bits.high)
        low = bits.low
    }

    var text: String {
        var text: [UInt8] = []
        for shift in stride(from: 45, through: 0, by: -5) {
            text.append(Self.alphabet[Int(milliseconds >> UInt64(shift) & 31)])
        }
        for index in 0..<16 {
            var value = 0
            for bit in index * 5..<index * 5 + 5 {
                let isSet =
                    bit < 16 ? high >> UInt16(15 - bit) & 1 : UInt16(truncatingIfNeeded: low >> UInt64(79 - bit) & 1)
                value = value << 1 | Int(isSet)
            }
            text.append(Self.alphabet[value])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func < (left: ULID, right: ULID) -> Bool {
        (left.milliseconds, left.high, left.low) < (right.milliseconds, right.high, right.low)
    }
}

extension PromotionID {
    /// Whether this promotion was created before the other, in any stages and whatever the clock showed.
    package func wasMadeBefore(_ other: PromotionID) -> Bool {
        guard let own = ULID(self), let others = ULID(other), own != others else { return self < other }
        return own < others
    }
}
