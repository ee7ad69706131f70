import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayArgoCD

/// Each reader gets what has changed at his own pace, and nobody fills the memory.
struct NewsFeedTests {
    private static func address(_ name: String, _ cluster: String = "main") -> ApplicationAddress {
        ApplicationAddress(cluster: cluster, key: ApplicationKey(namespace: "argocd", name: name))
    }

    private static func taken(_ stream: AsyncStream<ApplicationNews>, _ count: Int) async -> [ApplicationNews] {
        var iterator = stream.makeAsyncIterator()
        var news: [ApplicationNews] = []
        while news.count < count, let next = await iterator.next() { news.append(next) }
        return news
    }

    @Test func `an Application that changes twice before it is read is told once`() async {
        let feed = NewsFeed()
        let stream = feed.stream()
        for name in ["a", "b", "a"] { feed.tell(.changed(Self.address(name))) }
        feed.tell(.all(cluster: "edge"))
        #expect(
            await Self.taken(stream, 3) == [
                .all(cluster: "edge"), .changed(Self.address("a")), .changed(Self.address("b")),
            ]
        )
    }

    @Test func `a reader that is too slow learns that anything may have changed`() async {
        let feed = NewsFeed(limit: 10)
        let (slow, other) = (feed.stream(), feed.stream())
        for number in 0..<10 { feed.tell(.changed(Self.address("\(number)"))) }
        #expect(await Self.taken(other, 10).count == 10)
        feed.tell(.changed(Self.address("more", "edge")))
        #expect(await Self.taken(slow, 2) == [.all(cluster: "edge"), .all(cluster: "main")])
        #expect(await Self.taken(other, 1) == [.changed(Self.address("more", "edge"))])
        feed.tell(.changed(Self.address("later")))
        #expect(await Self.taken(slow, 1) == [.changed(Self.address("later"))])
    }

    @Test func `a reader that waits is woken, and one that has gone is forgotten`() async {
        let feed = NewsFeed()
        await withTaskGroup(of: [ApplicationNews].self) { group in
            let stream = feed.stream()
            group.addTask { await Self.taken(stream, 1) }
            feed.tell(.changed(Self.address("a")))
            #expect(await group.next() == [.changed(Self.address("a"))])
            let endless = feed.stream()
            group.addTask { await Self.taken(endless, 1) }
            group.cancelAll()
            #expect(await group.next() == [])
        }
        #expect(feed.readers == 0)
    }
}
