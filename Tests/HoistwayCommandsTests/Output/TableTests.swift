import Testing

@testable import HoistwayCommands

struct TableTests {
    @Test func `columns are as wide as their widest cell and lines end without blanks`() {
        var table = Table("ID", "STATE", "REASON")
        table.add("7", "ignored", "ping")
        table.add("1234", "done", "")
        #expect(
            table.text(ifEmpty: "none") == """
                ID    STATE    REASON
                7     ignored  ping
                1234  done     -
                """
        )
    }

    @Test func `text of a payload cannot break out of its row`() {
        var table = Table("A", "B")
        table.add("x\ny", "z")
        #expect(table.text(ifEmpty: "") == "A        B\nx\\u{a}y  z")
    }

    @Test func `an empty table says so in words`() {
        #expect(Table("ID").text(ifEmpty: "no deliveries") == "no deliveries")
    }
}

extension Look {
    static var plain: Look { Look(now: SystemClock().now()) }
}
