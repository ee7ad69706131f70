import HoistwayModel
import Testing

struct KnownTagsTests {
    private static func tag(_ number: Int) -> KnownTags.Tag { .init(tag: "1.0.\(number)", digest: "sha256:\(number)") }

    @Test func `a tag has the digest that was seen last`() {
        var tags = KnownTags([.init(tag: "a", digest: "one"), .init(tag: "b", digest: "two")])
        tags.remember(.init(tag: "a", digest: "three"))
        #expect(tags.digest(of: "a") == "three" && tags.digest(of: "b") == "two" && tags.count == 2)
        #expect(tags.digest(of: "c") == nil)
    }

    @Test func `those that were seen the longest time ago are forgotten first, and never too many are kept`() {
        var tags = KnownTags()
        for number in 0..<KnownTags.most { tags.remember(Self.tag(number)) }
        #expect(tags.count == KnownTags.most)
        // It was the oldest, and is not any more.
        tags.remember(.init(tag: "1.0.0", digest: "moved"))
        tags.remember(Self.tag(KnownTags.most))
        #expect(tags.count < KnownTags.most && tags.count >= KnownTags.most * 9 / 10)
        #expect(tags.digest(of: "1.0.0") == "moved" && tags.digest(of: "1.0.1") == nil)
        #expect(tags.digest(of: Self.tag(KnownTags.most).tag) != nil)
    }

    @Test func `what is stored is written no more: one new tag is one write`() {
        var tags = KnownTags((0..<400).map(Self.tag)).stored
        #expect(tags.writes.edits.isEmpty && !tags.writes.isWhole)
        tags.remember(Self.tag(400))
        #expect(tags.writes.edits == [.put(Self.tag(400), number: 400)])
        #expect(tags.stored.writes.edits.isEmpty)
        #expect(tags.stored == tags)
    }

    @Test func `what was never stored is written whole`() {
        let tags = KnownTags((0..<3).map(Self.tag))
        #expect(tags.writes.isWhole && tags.writes.edits.count == 3)
    }

    @Test func `the state keeps a subscription as stored, so that its next change writes what is new`() throws {
        let key = SubscriptionKey(warehouse: WarehouseKey(project: "p", name: "w"), subscription: "image a/b")
        var record = SubscriptionRecord(key: key, updatedAt: Timestamp(seconds: 1))
        record.remember(tag: "1.0.0", digest: "sha256:0")
        var state = PipelineState()
        state.apply(.putSubscription(record))
        var next = try #require(state.subscriptions[key])
        next.remember(tag: "1.0.1", digest: "sha256:1")
        #expect(next.knownTags.writes.edits.count == 1 && !next.knownTags.writes.isWhole)
    }
}
