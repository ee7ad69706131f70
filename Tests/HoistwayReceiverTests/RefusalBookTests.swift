import HoistwayModel
import HoistwayPorts
import NIOCore
import Testing

@testable import HoistwayReceiver

struct RefusalBookTests {
    private static func refusal(_ number: Int64, of receiver: String = "app") -> RefusalView {
        RefusalView(
            at: Timestamp(seconds: number),
            receiver: receiver,
            scheme: "test",
            code: "mismatch",
            peer: "203.0.113.9",
            bytes: 2
        )
    }

    @Test func `the newest two hundred of each receiver are kept, newest first`() {
        let book = RefusalBook()
        for number in 1...1000 { book.add(Self.refusal(Int64(number))) }
        // I11: of a clock that was set back the order is the book's own.
        book.add(Self.refusal(500, of: "other"))
        #expect(book.refusals(of: "app").map(\.at.seconds) == (801...1000).reversed().map { Int64($0) })
        #expect(book.refusals(of: nil).count == 201)
        #expect(book.refusals(of: nil).first?.receiver == "other")
        book.keepOnly(["other"])
        #expect(book.refusals(of: "app").isEmpty && book.refusals(of: "other").count == 1)
    }

    @Test func `a refused request is kept with its reason, peer and size, and nothing of what it said`() async throws {
        try await withReceiver(FakeInbox(.stores)) { port, server, _ in
            try await expect("401", from: post("{\"secret\": 1}", signature: "bad-signature"), at: port)
            try await expect("415", from: post("{}", contentType: "text/evil"), at: port)
            let refusals = server.refusals(of: "app")
            #expect(refusals.map(\.code) == ["unsupported", "mismatch"])
            #expect(refusals.map(\.peer) == ["127.0.0.1", "127.0.0.1"])
            #expect(refusals.map(\.bytes) == [2, 13])
            let shown = "\(refusals)"
            #expect(!shown.contains("secret") && !shown.contains("bad-signature") && !shown.contains("evil"))
        }
    }
}

struct AddressLimitsTests {
    @Test func `each address has its own allowance, which fills again`() {
        let limits = AddressLimits(perSecond: 3)
        let now = NIODeadline.now()
        #expect((0..<5).map { _ in limits.takes("203.0.113.9", at: now) } == [true, true, true, false, false])
        #expect(limits.takes("203.0.113.10", at: now))
        #expect(limits.takes("203.0.113.9", at: now + .seconds(1)))
    }

    @Test func `a network of IPv6 is one address`() {
        let limits = AddressLimits(perSecond: 1)
        let now = NIODeadline.now()
        #expect(limits.takes("2001:db8:1:2::1", at: now))
        #expect(!limits.takes("2001:db8:1:2:ffff::9", at: now))
        #expect(limits.takes("2001:db8:1:3::1", at: now))
    }

    @Test func `a hundred thousand addresses take no more room than the table has, and quiet ones make room`() {
        let limits = AddressLimits(perSecond: 2)
        let now = NIODeadline.now()
        var taken = 0
        for number in 0..<100_000 where limits.takes("10.\(number >> 16).\(number >> 8 & 255).\(number & 255)", at: now)
        {
            taken += 1
        }
        #expect(limits.count == AddressLimits.maxAddresses)
        #expect(taken == AddressLimits.maxAddresses + 2)
        #expect(limits.takes("192.0.2.1", at: now + .seconds(5)))
        #expect(limits.count == 1)
    }
}
