import Testing

@testable import HoistwayCommands

struct WrappingTests {
    private static let line =
        "  why       freight eager-lemur is available to prod; auto-promotion is off for prod: turn it on"

    @Test(arguments: [40, 60, 80])
    func `a long fact goes on below its text, and loses no word`(_ columns: Int) {
        let text = PrintedText("stage shop/prod: Succeeded", Self.line, "  state     ready")
        let lines = text.text(columns: columns, hasColors: false).split(separator: "\n")
        #expect(lines.count > 3 && lines[0] == "stage shop/prod: Succeeded" && lines.last == "  state     ready")
        for line in lines { #expect(DisplayWidth.of(line) <= columns, "\(line)") }
        for line in lines.dropFirst(2).dropLast() {
            #expect(line.hasPrefix(String(repeating: " ", count: 12)), "\(line)")
        }
        let words = lines.dropFirst().dropLast().flatMap { $0.split(separator: " ") }
        #expect(words == Self.line.split(separator: " "))
    }

    @Test func `a word that is too long stays whole`() {
        let digest = String(repeating: "a", count: 100)
        #expect(Wrapping.fact("  digest    \(digest)", columns: 80) == "  digest    \(digest)")
        let long = Wrapping.fact("  about     word \(digest) word", columns: 80).split(separator: "\n")
        #expect(long == ["  about     word", "            \(digest)", "            word"])
        let config = Wrapping.fact("    config   word \(digest)", columns: 80).split(separator: "\n")
        #expect(config == ["    config   word", "             \(digest)"])
    }

    @Test func `a fact with two names goes on below its text`() {
        let line = "  blocks  automatic       auto-promotion is off for prod: turn it on with a policy of it"
        let lines = Wrapping.fact(line, columns: 80).split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("  blocks  automatic       auto-promotion is off"))
        #expect(lines[1].prefix { $0 == " " }.count == 26, "\(lines)")
    }

    @Test func `a line of a difference stays one line, and has its colour`() {
        let long = String(repeating: "word ", count: 30) + "end"
        var text = PrintedText("  what      \(long)")
        text.add(difference: "-  \(long)\n   \(long)\n+\u{1B}[2J\n")
        let lines = text.text(columns: 80, hasColors: true).split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("  what      word word") == true && lines.count > 4)
        #expect(
            Array(lines.suffix(3)) == [
                Style.bad.painted("-  \(long)"), "   \(long)", Style.good.painted("+\\u{1b}[2J"),
            ]
        )
        #expect(text.plain.split(separator: "\n").count == 4)
    }
}
