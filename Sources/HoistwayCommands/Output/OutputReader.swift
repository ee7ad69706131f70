import Glibc

/// The reader of standard output: a command that prints as long as it runs ends when the reader ends.
enum OutputReader {
    /// Between two looks at the output: nothing wakes the program when its reader ends.
    private static let pause = Duration.milliseconds(500)

    /// Runs `body`, and ends the program silently as soon as nobody reads its output, as after `| head -1`.
    static func follow<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                while true {
                    if isClosed(STDOUT_FILENO) { isGone() }
                    try await Task.sleep(for: pause)
                }
            }
            return try await body()
        }
    }

    /// Nobody wants the rest of the output; this is no failure.
    static func isGone() -> Never { exit(128 + SIGPIPE) }

    /// Whether the other end of a pipe, a socket or a terminal was closed.
    static func isClosed(_ descriptor: Int32) -> Bool {
        var state = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLERR | POLLHUP) != 0
    }
}
