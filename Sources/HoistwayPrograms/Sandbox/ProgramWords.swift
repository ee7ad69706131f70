/// The last lines of a program's errors, for people: limited, and without bytes that control a terminal.
struct ProgramWords {
    /// Bytes that are kept from a program's errors.
    private static let keptBytes = 16 << 10
    private static let lines = 12
    private static let characters = 2_000

    private var bytes: [UInt8] = []
    private(set) var total = 0

    mutating func append(_ piece: [UInt8]) {
        total += piece.count
        bytes += piece
        if bytes.count > 2 * Self.keptBytes { bytes.removeFirst(bytes.count - Self.keptBytes) }
    }

    /// `hiding`: prefixes of paths that do not help a reader.
    func text(hiding prefixes: [String]) -> String {
        var text = String(decoding: bytes.suffix(Self.keptBytes), as: UTF8.self)
        for prefix in prefixes { text = text.split(separator: prefix, omittingEmptySubsequences: false).joined() }
        let clean = text.split(whereSeparator: \.isNewline).map(Self.cleaned).filter { !$0.isEmpty }
        let last = clean.suffix(Self.lines).joined(separator: "\n")
        return last.count > Self.characters ? "…" + last.suffix(Self.characters) : last
    }

    /// The first line of an answer, for people.
    static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        return String(cleaned(line.prefix(200)))
    }

    private static func cleaned(_ line: Substring) -> String {
        var result = String.UnicodeScalarView()
        var isEscape = false
        for scalar in line.unicodeScalars {
            if isEscape {
                // An escape sequence ends with a letter.
                if ("@"..."~").contains(scalar), scalar != "[" { isEscape = false }
            } else if scalar == "\u{1b}" {
                isEscape = true
            } else {
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                    if scalar == "\t" { result.append(" ") }
                default: result.append(scalar)
                }
            }
        }
        let text = String(result)
        let end = text.lastIndex { $0 != " " }
        return end.map { String(text[...$0]) } ?? ""
    }
}
