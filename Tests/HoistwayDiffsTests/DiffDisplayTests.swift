import HoistwayDiffs
import Testing

struct DiffDisplayTests {
    private static func diff(_ lines: Int, width: Int = 1, name: String = "x") -> String {
        "diff --git a/\(name) b/\(name)\nnew file mode 100644\n--- /dev/null\n+++ b/\(name)\n@@ -0,0 +1,\(lines) @@\n"
            + String(repeating: "+" + String(repeating: "a", count: width) + "\n", count: lines)
    }

    @Test(arguments: [(500, DiffDisplay.shown), (501, .folded), (2_000, .folded), (2_001, .download)])
    func `the count of its lines decides how a file is shown`(_ lines: Int, _ display: DiffDisplay) {
        #expect(ParsedDiff(Self.diff(lines)).files.map(DiffDisplay.of) == [display])
    }

    @Test func `a file above 1 MiB is a download, however few lines it has`() {
        #expect(ParsedDiff(Self.diff(1, width: 1 << 20)).files.map(DiffDisplay.of) == [.download])
        #expect(ParsedDiff(Self.diff(1, width: 1 << 19)).files.map(DiffDisplay.of) == [.shown])
    }

    @Test func `a page with many files shows only so many lines, and the smaller files behind`() {
        let text = (0..<9).map { Self.diff(1_500, name: "f\($0)") }.joined() + Self.diff(3, name: "last")
        let displays = DiffDisplay.of(ParsedDiff(text).files)
        #expect(displays == Array(repeating: .folded, count: 6) + Array(repeating: .download, count: 3) + [.shown])
    }
}
