// Four threads count together: `canary locked` behind a lock that they contend for, `canary bare` without one, which is
// a race. `scripts/tsan` builds and runs it before the tests: no report counts for anything unless both are judged right.

import Glibc
import Synchronization

final class Counter: Sendable {
    let locked = Mutex(0)
    nonisolated(unsafe) var bare = 0
}

let counter = Counter()
let isLocked = CommandLine.arguments.last == "locked"
let rounds = 200_000

var threads: [pthread_t] = []
for _ in 0..<4 {
    var thread = pthread_t()
    pthread_create(
        &thread,
        nil,
        { _ in
            for _ in 0..<rounds {
                if isLocked { counter.locked.withLock { $0 += 1 } } else { counter.bare += 1 }
            }
            return nil
        },
        nil
    )
    threads.append(thread)
}
for thread in threads { pthread_join(thread, nil) }
if isLocked { precondition(counter.locked.withLock { $0 } == 4 * rounds) }
