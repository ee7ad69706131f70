import Dispatch
import Synchronization

/// Runs work with many similar parts on all processors.
package enum Parallel {
    private static let most = 4

    /// The results of `body` for each number below `count`, in order; returns when all are done.
    ///
    /// The calling thread does its share, so that a busy thread pool cannot block it. At most ``most`` threads take
    /// part: more would wait for the heap, which all threads of a server share.
    package static func map<Made: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Made) -> [Made] {
        let made = Mutex<[Made?]>(Array(repeating: nil, count: count))
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(count, most)) { _ in
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                let one = body(number)
                made.withLock { $0[number] = one }
            }
        }
        return made.withLock { $0.compactMap(\.self) }
    }

    /// About equal ranges of `count` items, several for each processor: some take longer than others.
    package static func parts(of count: Int) -> [Range<Int>] {
        let size = max(1, (count + 15) / 16)
        return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    }
}
