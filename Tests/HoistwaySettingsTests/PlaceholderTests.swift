import Testing

@testable import HoistwaySettings

/// A look at bytes rules out most addresses: it must not hide a placeholder.
struct PlaceholderTests {
    private static let pieces = [
        "your", "YOUR", "Your", "my", "MY", "org", "ORG", "change", "CHANGE", "me", "ME", "m", "e", "todo", "TODO",
        "Todo",
        "xxx", "XXX", "-", "_", "__", "/", ".", ":", "@", "{", "}", "[", "]", "%", "$", "(", ")", "<", ">", "acme",
        "app",
        "7", "fixme", "registry", "repo", "REPLACE", "THIS",
    ]

    /// A text with this end is always read whole: its last part is no placeholder.
    private static let slow = "/é"

    @Test func `the quick look hides no placeholder`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Numbers(state: seed)
        var found = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...5, using: &random)).compactMap { _ in
                Self.pieces.randomElement(using: &random)
            }.joined()
            let placeholder = Placeholder.first(in: text)
            #expect(placeholder == Placeholder.first(in: text + Self.slow), "seed \(seed), \(text)")
            if placeholder != nil { found += 1 }
        }
        #expect(found > 300)
        #expect(Placeholder.first(in: Self.slow) == nil)
    }
}

/// Knuth's generator: the same numbers for the same seed.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
