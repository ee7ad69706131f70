import Testing

@testable import HoistwayCommands

struct WrappingTests {
    private static let line =
        "  why       freight eager-lemur is available to prod; auto-promotion is off for prod: turn it on"

    @Test(arguments: [40, 60, 80])
    func `a long fact goes on below its text, and loses no word`(_ columns: Int) {
        let text = "stage shop/prod: Succeeded\n\(Self.line)\n  state     ready"
        let lines = Wrapping.wrapped(text, columns: columns).split(separator: "\n")
        #expect(lines.count > 3 && lines[0] == "stage shop/prod: Succeeded" && lines.last == "  state     ready")
        for line in lines { #expect(DisplayWidth.of(line) <= columns, "\(line)") }
        for line in lines.dropFirst(2).dropLast() {
            #expect(line.hasPrefix(String(repeating: " ", count: 12)), "\(line)")
        }
        let words = lines.dropFirst().dropLast().flatMap { $0.split(separator: " ") }
        #expect(words == Self.line.split(separator: " "))
    }

    @Test func `a word that is too long stays whole, and lines of a difference stay as they are`() {
        let digest = String(repeating: "a", count: 100)
        #expect(Wrapping.wrapped("  digest    \(digest)", columns: 80) == "  digest    \(digest)")
        #expect(Wrapping.wrapped("+  \(digest) b", columns: 80) == "+  \(digest) b")
        let long = Wrapping.wrapped("  about     word \(digest) word", columns: 80).split(separator: "\n")
        #expect(long == ["  about     word", "            \(digest)", "            word"])
    }
}
