import Testing

@testable import HoistwayCommands

struct BrowserTests {
    @Test func `a browser starts on a terminal of a desktop only`() {
        let desktop = ["DISPLAY": ":0", "BROWSER": "firefox --new-tab", "PATH": "/nonexistent"]
        #expect(Browser(environment: desktop, isTerminal: true)?.command == ["firefox", "--new-tab"])
        #expect(Browser(environment: desktop, isTerminal: false) == nil)
        var wayland = desktop
        wayland["WAYLAND_DISPLAY"] = "wayland-0"
        wayland["DISPLAY"] = ""
        #expect(Browser(environment: wayland, isTerminal: true) != nil)
        #expect(Browser(environment: ["BROWSER": "firefox"], isTerminal: true) == nil)
        #expect(Browser(environment: ["DISPLAY": ":0", "PATH": "/nonexistent"], isTerminal: true) == nil)
    }
}
