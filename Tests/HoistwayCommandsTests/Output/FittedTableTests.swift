import Testing

@testable import HoistwayCommands

/// Tables on a terminal.
struct FittedTableTests {
    private static func table() -> Table {
        var table = Table(
            "STAGE",
            Table.Column("MODE", usual: "promote"),
            Table.Column("VERSION", least: 7),
            Table.Column("PHASE", isPainted: true),
            Table.Column("SINCE", isWide: true),
            Table.Column("WHY", least: 12)
        )
        table.add(
            "guestbook-envs/production",
            "promote",
            "guestbook 1.1.0-rc.1, frontend 2.10.4",
            "Succeeded",
            "2026-11-30T14:27:38Z",
            "freight eager-lemur is available to prod; auto-promotion is off for prod: turn it on with a policy"
        )
        table.add(
            "guestbook/test",
            "promote",
            "1.1.0",
            "Failed",
            "2026-11-30T14:27:38Z",
            "版本一二三四五六七八九十版本一二三四五六七八九十版本一二三四五六七八九十"
        )
        return table
    }

    private static func lines(_ form: Table.Form) -> [String] {
        table().text(ifEmpty: "", form).split(separator: "\n").map(String.init)
    }

    @Test(arguments: [80, 100, 60, 40, 20])
    func `no line is wider than the terminal, and names stay whole as long as they fit`(_ columns: Int) {
        let lines = Self.lines(Table.Form(screen: Screen(columns: columns, rows: 24)))
        #expect(lines.count == 3)
        for line in lines { #expect(DisplayWidth.of(line) <= columns, "\(line)") }
        if columns >= 60 {
            #expect(lines[1].hasPrefix("guestbook-envs/production  ") && lines[1].contains("  Succeeded  "), "\(lines)")
            #expect(lines[1].hasSuffix("…") && lines[2].hasSuffix("…"), "\(lines)")
        }
    }

    @Test func `a file gets every letter, and -o wide every column`() {
        let plain = Self.lines(Table.Form())
        #expect(plain[0].split(separator: " ") == ["STAGE", "VERSION", "PHASE", "WHY"])
        #expect(plain[1].hasSuffix("turn it on with a policy"))
        let wide = Self.lines(Table.Form(screen: Screen(columns: 80, rows: 24), isWide: true))
        #expect(wide[0].split(separator: " ") == ["STAGE", "MODE", "VERSION", "PHASE", "SINCE", "WHY"])
        #expect(wide[1].hasSuffix("turn it on with a policy"))
    }

    @Test func `columns of wide letters stand below each other`() {
        var table = Table("NAME", "AGE")
        table.add("版本", "1m")
        table.add("e\u{301}a", "2m")
        let lines = table.text(ifEmpty: "").split(separator: "\n")
        #expect(lines == ["NAME  AGE", "版本  1m", "e\u{301}a    2m"])
    }

    @Test func `colours repeat what the words say, and cost no width`() {
        let colored = Self.lines(Table.Form(screen: Screen(columns: 80, rows: 24, hasColors: true)))
        let plain = Self.lines(Table.Form(screen: Screen(columns: 80, rows: 24)))
        #expect(colored[1].contains("\u{1B}[32mSucceeded\u{1B}[0m") && colored[2].contains("\u{1B}[31mFailed\u{1B}[0m"))
        let bare = colored.map { line in
            ["0", "1", "31", "32"].reduce(line) { $0.replacing("\u{1B}[\($1)m", with: "") }
        }
        #expect(bare == plain)
    }

    @Test func `rows that come later keep the columns of the first ones`() {
        var later = Table("STAGE", Table.Column("MODE", usual: "promote"), "PHASE")
        later.add("a", "observe", "Failed")
        var first = Table("STAGE", Table.Column("MODE", usual: "promote"), "PHASE")
        first.add("guestbook/test", "promote", "Succeeded")
        #expect(later.lines(first.layout(Table.Form()), Table.Form()) == ["a               Failed"])
    }

    @Test func `a row that comes later keeps its name and state whole, and its last column has the rest of the line`() {
        func table(_ name: String, _ phase: String, _ message: String) -> Table {
            var table = Table("NAME", Table.Column("PHASE", isPainted: true), Table.Column("MESSAGE", least: 12))
            table.add(name, phase, message)
            return table
        }
        let form = Table.Form(screen: Screen(columns: 40, rows: 24))
        let layout = table("a", "Running", "").layout(form)
        let short = table("a", "Succeeded", "pushed main at 0125").lines(layout, form)
        #expect(short == ["a     Succeeded  pushed main at 0125"])
        let long = table("another", "Succeeded", "pushed main at 0125260").lines(layout, form)
        #expect(long == ["another  Succeeded  pushed main at 0125…"])
    }
}
