import Glibc

/// Standard output and standard error.
enum Terminal {
    /// One line, or several; an end of line is added where it is missing.
    static func print(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    static func printError(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    /// The one form that errors have: `error: …`, and `hint: …` below.
    static func complain(_ message: String, hint: String?) {
        printError("error: \(SafeText.line(message))")
        if let hint { printError("hint: \(SafeText.line(hint))") }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that left (a closed pipe) wants no more.
            guard count > 0 || errno == EINTR else { return }
            start += max(count, 0)
        }
    }
}
