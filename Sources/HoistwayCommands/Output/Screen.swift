import ArgumentParser
import FoundationEssentials
import Glibc

/// When answers have colours.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    case auto
    case always
    case never
}

/// What standard output can show.
struct Screen: Sendable, Equatable {
    /// The width of the terminal.
    ///
    /// `nil` if the output is not a terminal: then nothing is clipped.
    var columns: Int?
    /// Lines of a terminal.
    var rows: Int?
    var hasColors = false

    /// A file or a pipe.
    static let plain = Screen()

    static func output(_ choice: ColorChoice) -> Screen {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let environment = ProcessInfo.processInfo.environment
        var screen = Screen(hasColors: hasColors(choice, isTerminal: isTerminal, environment: environment))
        guard isTerminal else { return screen }
        let size = Self.size(of: STDOUT_FILENO)
        screen.columns = columns(found: size.map { Int($0.ws_col) }, environment: environment)
        screen.rows = size.map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } ?? 24
        return screen
    }

    /// <https://no-color.org>: set, and not empty.
    static func hasColors(_ choice: ColorChoice, isTerminal: Bool, environment: [String: String]) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        }
    }

    /// The terminal's own answer, else `COLUMNS`, else 80; never fewer than 20.
    static func columns(found: Int?, environment: [String: String]) -> Int {
        let known = found.flatMap { $0 > 0 ? $0 : nil } ?? environment["COLUMNS"].flatMap { Int($0) }
        return max(20, known.flatMap { $0 > 0 ? $0 : nil } ?? 80)
    }

    private static func size(of descriptor: Int32) -> winsize? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }
}
