import Glibc

/// Who reads standard output: a command that prints for as long as it runs ends with its reader.
enum OutputReader {
    /// Between two looks at the output: a reader that has gone does not wake the program.
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

    /// What would come is not wanted, and is no failure.
    static func isGone() -> Never { exit(128 + SIGPIPE) }

    /// Whether the other end of a pipe, a socket or a terminal was closed.
    static func isClosed(_ descriptor: Int32) -> Bool {
        var state = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLERR | POLLHUP) != 0
    }
}
