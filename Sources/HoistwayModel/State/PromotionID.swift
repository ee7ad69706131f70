/// The name of a promotion: `<stage>.<ulid>.<first 7 of freight>`, lower-case; names sort in queue order.
package struct PromotionID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }

    package static func < (left: PromotionID, right: PromotionID) -> Bool {
        left.text < right.text
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
