import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayStore

struct RequestBookTests {
    private static func request(_ key: UInt8, owner: UInt8 = 1, at seconds: Int64 = 1000) -> KeyedRequest {
        KeyedRequest(
            key: [UInt8](repeating: key, count: 32),
            owner: [owner],
            content: [key, 2],
            at: Timestamp(seconds: seconds)
        )
    }

    @Test func `a request that was begun, and its answer, are there after a restart`() async throws {
        let temporary = try TemporaryStore()
        let long = Timestamp(seconds: 0)
        let answer = KeptAnswer(status: 201, location: "/x", body: [1, 2, 3])
        let before = try temporary.open()
        #expect(try await before.begin(Self.request(1), most: 10, forgetting: long) == .begun)
        #expect(try await before.begin(Self.request(2), most: 10, forgetting: long) == .begun)
        try await before.finish(Self.request(2).key, answer)
        #expect(try await before.begin(Self.request(3), most: 10, forgetting: long) == .begun)
        try await before.forget(Self.request(3).key)
        let store = try temporary.open()
        #expect(try await store.begin(Self.request(1), most: 10, forgetting: long) == .known(Self.request(1)))
        var second = Self.request(2)
        second.answer = answer
        #expect(try await store.begin(Self.request(2, at: 2000), most: 10, forgetting: long) == .known(second))
        #expect(try await store.begin(Self.request(3), most: 10, forgetting: long) == .begun)
    }

    @Test func `an owner has so many keys, and old ones make room`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let long = Timestamp(seconds: 0)
        #expect(try await store.begin(Self.request(1), most: 2, forgetting: long) == .begun)
        #expect(try await store.begin(Self.request(2), most: 2, forgetting: long) == .begun)
        #expect(try await store.begin(Self.request(3), most: 2, forgetting: long) == .full)
        #expect(try await store.begin(Self.request(4, owner: 2), most: 2, forgetting: long) == .begun)
        let later = Self.request(3, at: 5000)
        #expect(try await store.begin(later, most: 2, forgetting: Timestamp(seconds: 1001)) == .begun)
    }
}
