import NIOCore
import Synchronization
import Testing

@testable import HoistwayReceiver

/// One client alone keeps nobody out.
struct PeerSharesTests {
    private static func peer(_ address: String) throws -> SocketAddress {
        try SocketAddress(ipAddress: address, port: 1)
    }

    @Test func `one address has up to three quarters, and others the rest`() throws {
        let shares = PeerShares(trusted: [])
        let budget = BodyBudget(limit: 400)
        let greedy = try #require(shares.enter(Self.peer("192.0.2.1")))
        let modest = try #require(shares.enter(Self.peer("192.0.2.2")))
        #expect(budget.take(300, for: greedy, largest: 150))
        #expect(!budget.take(1, for: greedy, largest: 150))
        #expect(budget.take(100, for: modest, largest: 150))
        #expect(!budget.take(1, for: modest, largest: 150))
        budget.give(100, of: modest)
        #expect(!budget.take(151, for: modest, largest: 150))
        budget.give(300, of: greedy)
        // One body is taken from anybody for whom there is room.
        #expect(budget.take(350, for: modest, largest: 350))
        budget.give(350, of: modest)
        #expect(budget.bytes == 0 && greedy.bytes.load(ordering: .relaxed) == 0)
    }

    @Test func `addresses of one IPv6 network are one client, and what is left is forgotten`() throws {
        let shares = PeerShares(trusted: [])
        let first = try #require(shares.enter(Self.peer("2001:db8::1")))
        let second = try #require(shares.enter(Self.peer("2001:db8::2")))
        #expect(first === second && first.connections.load(ordering: .relaxed) == 2)
        let other = try #require(shares.enter(Self.peer("2001:db8:0:1::1")))
        #expect(other !== first && shares.count == 2)
        for share in [first, second, other] { shares.leave(share) }
        #expect(shares.count == 0)
    }

    @Test func `a trusted proxy stands for many`() throws {
        let shares = PeerShares(trusted: ["10.0.0.0/8"].compactMap(AddressRange.init))
        #expect(try shares.enter(Self.peer("10.1.2.3")) == nil)
        #expect(try shares.enter(Self.peer("::ffff:10.1.2.3")) == nil)
    }

    @Test func `the last quarter of the connections is not for who has the others`() async throws {
        var limits = ReceiverLimits.patient
        limits.connections = 8
        try await withReceiver(FakeInbox(.stores), limits: limits) { port, _, _ in
            var clients: [TestClient] = []
            for _ in 0..<6 {
                let client = try await TestClient.connect(to: port)
                try await client.send(post("{}", closing: false))
                #expect(await client.read(answers: 1).map(status) == ["202"])
                clients.append(client)
            }
            let seventh = try await TestClient.connect(to: port)
            #expect(await seventh.readToEnd() == "")
            for client in clients { await client.close() }
        }
    }
}
