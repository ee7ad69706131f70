import Testing

@testable import HoistwayCommands

struct ScreenTests {
    @Test func `the width is the terminal's own, else COLUMNS, else 80`() {
        #expect(Screen.columns(found: 132, environment: ["COLUMNS": "90"]) == 132)
        #expect(Screen.columns(found: 0, environment: ["COLUMNS": "90"]) == 90)
        #expect(Screen.columns(found: nil, environment: ["COLUMNS": "wide"]) == 80)
        #expect(Screen.columns(found: 3, environment: [:]) == 20)
    }

    @Test func `there are colours on a terminal only, unless somebody says otherwise`() {
        #expect(Screen.hasColors(.auto, isTerminal: true, environment: ["TERM": "xterm"]))
        #expect(!Screen.hasColors(.auto, isTerminal: false, environment: [:]))
        #expect(!Screen.hasColors(.auto, isTerminal: true, environment: ["NO_COLOR": "1"]))
        #expect(Screen.hasColors(.auto, isTerminal: true, environment: ["NO_COLOR": ""]))
        #expect(!Screen.hasColors(.auto, isTerminal: true, environment: ["TERM": "dumb"]))
        #expect(Screen.hasColors(.always, isTerminal: false, environment: ["NO_COLOR": "1"]))
        #expect(!Screen.hasColors(.never, isTerminal: true, environment: [:]))
    }

    @Test func `only what is longer than the terminal goes through the pager`() {
        let screen = Screen(columns: 80, rows: 5)
        #expect(!Pager.isLong("1\n2\n3\n4", on: screen) && Pager.isLong("1\n2\n3\n4\n5", on: screen))
        #expect(!Pager.isLong(String(repeating: "\n", count: 500), on: .plain))
        #expect(Pager.command(environment: [:], hasLess: true) == "less -FRX")
        #expect(Pager.command(environment: ["PAGER": "more"], hasLess: true) == "more")
        #expect(Pager.command(environment: ["PAGER": ""], hasLess: true) == nil)
        #expect(Pager.command(environment: [:], hasLess: false) == nil)
    }
}
