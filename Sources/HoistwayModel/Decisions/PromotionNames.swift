/// Makes names of promotions that sort in the order of their creation.
///
/// The middle part is a ULID (48 bits of milliseconds, 80 random bits, <https://github.com/ulid/spec>). Within the same
/// millisecond, and when the clock goes back, the last ULID is increased by one.
package struct PromotionNames: Sendable {
    /// The limit lets name, dots, ULID and freight fit into the 253 characters of a Kubernetes name.
    package static let maxStageLength = 218

    private var lastMilliseconds: UInt64 = 0
    private var high: UInt16 = 0
    private var low: UInt64 = 0

    package init() {}

    /// Continues after the newest of these: the clock may have been set back while the program was stopped.
    package mutating func goOn(after known: some Sequence<PromotionID>) {
        guard let newest = known.lazy.compactMap({ ULID($0) }).max(), newest > ULID(lastMilliseconds, high, low) else {
            return
        }
        (lastMilliseconds, high, low) = (newest.milliseconds, newest.high, newest.low)
    }

    package mutating func next(
        stage: StageKey,
        freight: FreightID,
        now: Timestamp,
        random: () -> UInt64
    ) -> PromotionID {
        advance(to: UInt64(max(0, now.microseconds / 1000)), random: random)
        var name = String(stage.name.prefix(Self.maxStageLength))
        while name.hasSuffix(".") || name.hasSuffix("-") { name.removeLast() }
        return PromotionID("\(name).\(ULID(lastMilliseconds, high, low).text).\(freight.short)".lowercased())
    }

    private mutating func advance(to milliseconds: UInt64, random: () -> UInt64) {
        if milliseconds > lastMilliseconds {
            lastMilliseconds = milliseconds
            // The top bit stays free, so that an increase does not overflow.
            high = UInt16(truncatingIfNeeded: random()) & 0x7fff
            low = random()
        } else {
            let (sum, overflow) = low.addingReportingOverflow(1)
            low = sum
            if overflow { high &+= 1 }
        }
    }
}
