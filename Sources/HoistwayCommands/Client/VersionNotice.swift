import Glibc
import Synchronization

/// Tells a person once that the server has another version than this program.
enum VersionNotice {
    private static let isTold = Mutex(false)

    /// Only on a terminal: a script could not do anything about it.
    static func heed(server: String?) {
        guard isatty(STDERR_FILENO) == 1, let text = text(client: Version.number, server: server) else { return }
        let isFirst = isTold.withLock { told in
            defer { told = true }
            return !told
        }
        if isFirst { Terminal.printError(text) }
    }

    /// For commands whose output is for a program, such as completions.
    static func silence() { isTold.withLock { $0 = true } }

    /// `nil`: the versions are the same, or the server did not say its own.
    static func text(client: String, server: String?) -> String? {
        guard let server, server != client else { return nil }
        return "note: the server has version \(SafeText.line(server)), this program \(client)"
    }
}
