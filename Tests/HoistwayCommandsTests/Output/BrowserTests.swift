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
        let blank = ["DISPLAY": ":0", "BROWSER": " ", "PATH": "/nonexistent"]
        #expect(Browser(environment: blank, isTerminal: true) == nil, "the link would be the command")
    }

    @Test(arguments: [
        "file:///etc/passwd", "--profile=/tmp/evil", "/tmp/evil", "javascript:alert(1)", "http://a\u{1B}]0;x",
        "https://a b",
    ])
    func `only addresses of web pages are opened`(_ address: String) {
        #expect(!Browser.isPage(address))
        #expect(Browser.isPage("https://hoistway.example.com/sign-in?code=1&next=%2F"))
    }
}
