import Testing

@testable import HoistwayCommands

struct DisplayWidthTests {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("版本", 4), ("ｶ", 1), ("Ａ", 2), ("한국", 4), ("🚀", 2),
        ("❤\u{FE0F}", 2), ("👩‍🚀", 2), ("…", 1), ("—", 1),
    ])
    func `a text is as wide as a terminal shows it`(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func `what is clipped ends with an ellipsis and is never too wide`() {
        #expect(DisplayWidth.clipped("abc", to: 3) == "abc")
        #expect(DisplayWidth.clipped("abcd", to: 3) == "ab…")
        #expect(DisplayWidth.clipped("a bcd", to: 3) == "a…")
        #expect(DisplayWidth.clipped("版本一", to: 4) == "版…")
        for width in 1...9 { #expect(DisplayWidth.of(DisplayWidth.clipped("版a本🚀xyz", to: width)) <= width) }
    }
}
