import HoistwayModel
import Testing

// S13
struct HostHeaderTests {
    @Test(
        arguments: [
            ("localhost", "localhost", nil), ("LocalHost:8421", "localhost", 8421), ("127.0.0.1:1", "127.0.0.1", 1),
            ("[::1]:8421", "::1", 8421), ("[2001:DB8::1]", "2001:db8::1", nil), ("my_app:80", "my_app", 80),
            ("localhost:", "localhost", nil), ("a-b.example.com:65535", "a-b.example.com", 65_535),
            ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1", nil),
        ] as [(String, String, Int?)]
    )
    func `a name or an address with an optional port is read`(text: String, name: String, port: Int?) {
        let header = HostHeader(text)
        #expect(header?.name == name)
        #expect(header?.port == port)
    }

    @Test(arguments: [
        "", ":", ":80", "localhost:1@evil", "user@localhost", "user:pw@localhost:80", "localhost:1:2", "::1", "[::1",
        "[]", "[:]x", "[::1]x", "[::1]:x", "[v1.x]", "localhost:65536", "localhost:-1", "localhost:+1", "localhost: 1",
        " localhost", "localhost ", "a b", "a,b", "a/b", "a?b", "a#b", "a\\b", "a%20b", "ä", "a\u{0}", "a\tb",
    ])
    func `anything else is not a host`(_ text: String) {
        #expect(HostHeader(text) == nil)
    }

    @Test func `a very long name is refused unread`() {
        #expect(HostHeader(String(repeating: "a", count: 301)) == nil)
    }
}
