import NIOCore
import Testing

@testable import HoistwayReceiver

struct PeerAddressTests {
    private func text(_ peer: String, _ forwarded: [String], trusting ranges: [String]) throws -> String {
        PeerAddress.text(
            peer: try SocketAddress(ipAddress: peer, port: 1),
            forwarded: forwarded,
            trusted: ranges.compactMap(AddressRange.init)
        )
    }

    @Test func `without a trusted proxy the peer itself is named`() throws {
        #expect(try text("192.0.2.1", ["203.0.113.9"], trusting: []) == "192.0.2.1")
        #expect(try text("192.0.2.1", ["203.0.113.9"], trusting: ["10.0.0.0/8"]) == "192.0.2.1")
    }

    @Test func `behind trusted proxies the right-most untrusted address is named`() throws {
        let ranges = ["10.0.0.0/8", "fd00::/8"]
        #expect(try text("10.1.2.3", ["6.6.6.6, 203.0.113.9, 10.9.9.9"], trusting: ranges) == "203.0.113.9")
        #expect(try text("10.1.2.3", ["6.6.6.6", "203.0.113.9", "fd00::1"], trusting: ranges) == "203.0.113.9")
        #expect(try text("::ffff:10.1.2.3", ["203.0.113.9"], trusting: ranges) == "203.0.113.9")
    }

    @Test func `what is no address is not repeated`() throws {
        #expect(try text("10.1.2.3", ["evil\u{1B}[31m, 10.0.0.7"], trusting: ["10.0.0.0/8"]) == "10.0.0.7")
        #expect(try text("10.1.2.3", [], trusting: ["10.0.0.0/8"]) == "10.1.2.3")
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0/8", "a", "", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129"])
    func `what is no range is refused`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.128/25", "192.0.2.255", true), ("192.0.2.128/25", "192.0.2.127", false),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false),
    ])
    func `a range holds its addresses`(_ range: String, _ address: String, _ expected: Bool) throws {
        let parsed = try #require(AddressRange(range))
        #expect(parsed.contains(try #require(AddressBytes(address))) == expected)
    }
}

struct HTTPDateTests {
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ] as [(Int64, String)]
    )
    func `dates are written as HTTP wants them`(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.text(seconds) == text)
    }
}
