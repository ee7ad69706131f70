import Dispatch
import Synchronization

/// Work that has many like parts, on all processors.
package enum Parallel {
    private static let most = 4

    /// What `body` makes of each number below `count`, in the order of the numbers; returns when all is done.
    ///
    /// The calling thread does its share, so that no pool of threads can run dry of it. At most ``most`` take part:
    /// more would wait for the heap, which a server has once for all threads.
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

    /// About equal parts of `count` things, a few for each processor: some take longer than others.
    package static func parts(of count: Int) -> [Range<Int>] {
        let size = max(1, (count + 15) / 16)
        return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    }
}
