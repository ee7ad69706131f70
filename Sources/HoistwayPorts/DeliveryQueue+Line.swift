package import HoistwayModel

extension DeliveryQueue {
    /// How many deliveries are decided together; at most this many waiting deliveries are no backlog.
    private static let batch = 64
    private static let patience: Duration = .seconds(10)

    /// `12,345 deliveries wait to be decided, the oldest since …`; `nil` where there is no backlog.
    package func line(now: Timestamp) -> String? {
        guard received > 0, let oldest, received > Self.batch || now - oldest > Self.patience else { return nil }
        return "\(Self.grouped(received)) \(received == 1 ? "delivery waits" : "deliveries wait") to be decided, "
            + "the oldest since \(oldest.rfc3339)"
    }

    package static func count(_ number: Int) -> String {
        "\(grouped(number)) \(number == 1 ? "delivery waits" : "deliveries wait")"
    }

    /// The number with separators: `12,345`.
    private static func grouped(_ number: Int) -> String {
        var digits = String(number)
        var place = digits.index(digits.endIndex, offsetBy: -3, limitedBy: digits.startIndex)
        while let index = place, index > digits.startIndex {
            digits.insert(",", at: index)
            place = digits.index(index, offsetBy: -3, limitedBy: digits.startIndex)
        }
        return digits
    }
}
