import Glibc
import HoistwayConsole

/// Asks for a token: on a terminal without showing it, else from standard input.
enum TokenPrompt {
    private static let maxBytes = 1024

    static func read(for server: String) throws -> String {
        let text: String
        if isatty(STDIN_FILENO) == 1 {
            write("Token for \(SafeText.line(server)): ")
            text = try hidden()
            write("\n")
        } else {
            text = String(decoding: try FileBytes.read("-", limit: maxBytes), as: UTF8.self)
        }
        let token = text.filter { !$0.isWhitespace }
        guard token.count >= FirstToken.minLength else {
            throw CommandFailure.usage(
                "this is no token: tokens have \(FirstToken.minLength) characters at least",
                hint: "make one with `hoistway token create NAME --role promote`, or copy the one that you were given"
            )
        }
        return token
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    /// A line that is not echoed.
    ///
    /// The terminal is as before when this returns, also after Ctrl-C, which is read as a letter: a signal would end the
    /// program first and leave a terminal that shows nothing.
    private static func hidden() throws -> String {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw CommandFailure.failed("the terminal cannot be read", hint: "name a file with --token-file")
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        var bytes: [UInt8] = []
        while bytes.count < maxBytes {
            var byte: UInt8 = 0
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            switch byte {
            case 0x0A, 0x0D, 0x04: return String(decoding: bytes, as: UTF8.self)
            case 0x03:
                write("\nnothing was stored\n")
                throw ExitStatus.interrupted
            case 0x08, 0x7F: _ = bytes.popLast()
            case 0x15: bytes = []
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
