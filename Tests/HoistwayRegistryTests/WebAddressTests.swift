import HoistwayModel
import Testing

@testable import HoistwayRegistry

struct WebAddressTests {
    @Test(arguments: [
        ("https://Auth.Example.com/token?x=1#y", "https://auth.example.com/token?x=1"),
        ("http://localhost:5000", "http://localhost:5000/"), ("https://[::1]:443/a", "https://[::1]:443/a"),
        ("https://example.com?x=1", "https://example.com/?x=1"),
    ])
    func `an address is read`(_ text: String, _ expected: String) {
        #expect(WebAddress(text)?.text == expected)
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com/", "https://", "https:///x", "https://user@example.com/",
        "https://example.com:0/", "https://example.com:65536/", "https://example.com:x/", "https://exa mple.com/",
        "https://example.com/\r\nX: y", "https://example.com\\@evil.example.com/", "https://exämple.com/",
    ])
    func `what could mean two things is refused`(_ text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.9.9.9", true), ("[::1]", true),
        ("127.0.0.1.example.com", false),
        ("127.example.com", false), ("10.0.0.1", false), ("localhost.example.com", false), ("127.0.0", false),
        ("127.0.0.256", false), ("0.0.0.0", false),
    ])
    func `only the loopback interface is loopback`(_ host: String, _ expected: Bool) {
        #expect(WebAddress.isLoopback(host) == expected)
    }

    @Test func `challenges are read in any order and spacing`() {
        let header =
            #"Basic realm="a, \"b\"",  Bearer realm="https://x/t",service=reg , scope="repository:a:pull,push""#
        let challenges = AuthenticationChallenge.parse(header)
        #expect(challenges.map(\.scheme) == ["basic", "bearer"])
        #expect(challenges.first?.parameters == ["realm": #"a, "b""#])
        let bearer = ["realm": "https://x/t", "service": "reg", "scope": "repository:a:pull,push"]
        #expect(challenges.last?.parameters == bearer)
        #expect(AuthenticationChallenge.parse("").isEmpty)
        #expect(AuthenticationChallenge.parse("=x").isEmpty)
        #expect(AuthenticationChallenge.parse("Negotiate").map(\.scheme) == ["negotiate"])
    }
}
