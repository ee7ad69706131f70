/// A key in each form, so that it acts only once, however often it is sent: the `Idempotency-Key` of pages.
package enum FormKey {
    package static let field = "key"
    package static let maxBytes = 100
}

/// Names that cannot be guessed: 128 random bits, in letters and digits.
enum RandomName {
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let numbers = (0..<2).map { _ in UInt64.random(in: .min ... .max, using: &random) }
        return numbers.map { String($0, radix: 36) }.joined(separator: "-")
    }
}
