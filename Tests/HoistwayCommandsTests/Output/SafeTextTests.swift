import Testing

@testable import HoistwayCommands

struct SafeTextTests {
    @Test(arguments: [
        ("main", "main"), ("Grüße → 世界 🚀", "Grüße → 世界 🚀"), ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"),
        ("a\r\nb", "a\\u{d}\\u{a}b"),
        ("x\u{202E}gpj", "x\\u{202e}gpj"), ("\u{9B}31m", "\\u{9b}31m"), ("\u{2028}", "\\u{2028}"),
        ("\u{7F}", "\\u{7f}"),
    ])
    func `what could steer a terminal is written out, all else stays`(_ text: String, _ safe: String) {
        #expect(SafeText.line(text) == safe)
    }

    @Test func `a diff keeps its lines and tabs`() {
        #expect(SafeText.lines("+a\tb\n-\u{1B}c\n") == "+a\tb\n-\\u{1b}c\n")
        #expect(SafeText.lines("+a\r\n-b\r\n") == "+a\\u{d}\n-b\\u{d}\n")
    }
}
