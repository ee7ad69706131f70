import FoundationEssentials
import Glibc

/// Shows text that is longer than the terminal with the program that `PAGER` names, else with `less`.
enum Pager {
    /// The shell command of the pager.
    ///
    /// `nil` if the user wants no pager, or if no pager is installed.
    static func command(environment: [String: String], hasLess: Bool) -> String? {
        if let named = environment["PAGER"] { return named.isEmpty || named == "cat" ? nil : named }
        return hasLess ? "less -FRX" : nil
    }

    /// Whether the text has more lines than the terminal.
    static func isLong(_ text: String, on screen: Screen) -> Bool {
        guard let rows = screen.rows else { return false }
        return text.utf8.count { $0 == UInt8(ascii: "\n") } + 1 > rows - 1
    }

    /// False where nothing was shown.
    static func show(_ text: String) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        let hasLess = folders.contains { access("\($0)/less", X_OK) == 0 }
        guard let command = command(environment: environment, hasLess: hasLess), let pipe = popen(command, "w") else {
            return false
        }
        // A person who leaves the pager early wants no more text.
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
        _ = fwrite(bytes, 1, bytes.count, pipe)
        // The shell's answer to a command that does not exist.
        let status = pclose(pipe)
        return status >> 8 != 127
    }
}
