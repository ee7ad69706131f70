import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Passes changes on to all readers, each at its own speed.
///
/// Changes that a reader has not taken yet are stored once for each Application, and above a limit once for the
/// cluster: a reader that has stopped needs a limited amount of memory and blocks no other.
package final class NewsFeed: Sendable {
    fileprivate struct Reader {
        /// In the order of their first change.
        var changed: [ApplicationAddress] = []
        /// The same as a set, for look-ups.
        var known: Set<ApplicationAddress> = []
        /// Clusters where everything may have changed.
        var whole: [String] = []
        var waiter: CheckedContinuation<ApplicationNews?, Never>?

        mutating func next() -> ApplicationNews? {
            if !whole.isEmpty { return .all(cluster: whole.removeFirst()) }
            guard !changed.isEmpty else { return nil }
            let address = changed.removeFirst()
            known.remove(address)
            return .changed(address)
        }
    }

    private struct State {
        var readers: [UInt64: Reader] = [:]
        var nextReader: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: number of changed Applications that are stored for one reader.
    package init(limit: Int = 1000) {
        self.limit = limit
    }

    /// The number of readers; one that has ended is not counted.
    var readers: Int { state.withLock { $0.readers.count } }

    package func stream() -> AsyncStream<ApplicationNews> {
        let subscription = Subscription(feed: self)
        return AsyncStream {
            await subscription.next()
        } onCancel: {
            subscription.end()
        }
    }

    package func tell(_ news: ApplicationNews) {
        let ready = state.withLock { state in
            var ready: [(CheckedContinuation<ApplicationNews?, Never>, ApplicationNews)] = []
            for id in state.readers.keys {
                state.readers[id]?.add(news, limit: limit)
                guard let waiter = state.readers[id]?.waiter, let next = state.readers[id]?.next() else { continue }
                state.readers[id]?.waiter = nil
                ready.append((waiter, next))
            }
            return ready
        }
        for (waiter, news) in ready { waiter.resume(returning: news) }
    }

    fileprivate func begin() -> UInt64 {
        state.withLock { state in
            state.nextReader += 1
            state.readers[state.nextReader] = Reader()
            return state.nextReader
        }
    }

    fileprivate func end(_ id: UInt64) {
        state.withLock { $0.readers.removeValue(forKey: id)?.waiter }?.resume(returning: nil)
    }

    fileprivate func next(_ id: UInt64) async -> ApplicationNews? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<ApplicationNews?, Never>) in
                let now: ApplicationNews?? = state.withLock { state in
                    guard state.readers[id] != nil, !Task.isCancelled else { return .some(nil) }
                    if let news = state.readers[id]?.next() { return news }
                    state.readers[id]?.waiter = waiter
                    return nil
                }
                if let now { waiter.resume(returning: now) }
            }
        } onCancel: {
            end(id)
        }
    }

    /// Ends with the last reference to its stream.
    private final class Subscription: Sendable {
        private let feed: NewsFeed
        private let id: UInt64

        init(feed: NewsFeed) {
            self.feed = feed
            id = feed.begin()
        }

        deinit { feed.end(id) }

        func next() async -> ApplicationNews? { await feed.next(id) }

        func end() { feed.end(id) }
    }
}

extension NewsFeed.Reader {
    fileprivate mutating func add(_ news: ApplicationNews, limit: Int) {
        switch news {
        case .all(let cluster):
            drop(cluster)
            if !whole.contains(cluster) { whole.append(cluster) }
        case .changed(let address):
            guard !whole.contains(address.cluster), known.insert(address).inserted else { return }
            changed.append(address)
            guard changed.count > limit else { return }
            // For every cluster: one with many changes must not use up the space of the others.
            for cluster in Set(changed.map(\.cluster)).sorted() where !whole.contains(cluster) {
                whole.append(cluster)
            }
            changed = []
            known = []
        }
    }

    private mutating func drop(_ cluster: String) {
        changed.removeAll { $0.cluster == cluster }
        known = known.filter { $0.cluster != cluster }
    }
}
