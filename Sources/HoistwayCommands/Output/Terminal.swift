import Glibc

/// Standard output and standard error.
enum Terminal {
    /// One line, or several; an end of line is added where it is missing.
    static func print(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// A part of a line, or of several.
    static func print(part text: String) {
        write(Array(text.utf8), to: STDOUT_FILENO)
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
        write(Array((text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n").utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // The reader has ended, as after `| head -1`.
            if count < 0 && errno == EPIPE && descriptor == STDOUT_FILENO { OutputReader.isGone() }
            if count < 0 && errno == EAGAIN {
                // Another process that shares the pipe has made it non-blocking.
                var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&writable, 1, -1)
                continue
            }
            // Such as a full disk: nobody must take a part for the whole. A closed output was closed on purpose.
            if count < 0 && errno != EBADF && descriptor == STDOUT_FILENO {
                complain("the output cannot be written: \(String(cString: strerror(errno)))", hint: nil)
                exit(ExitStatus.failed.rawValue)
            }
            guard count > 0 else { return }
            start += count
        }
    }
}
