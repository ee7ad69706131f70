/// Splits an expression into tokens, like expr-lang's lexer.
struct Lexer {
    let source: String
    let bytes: [UInt8]
    var place = 0
    private(set) var tokens: [Token] = []

    static func tokens(of source: String) throws(ExpressionError) -> [Token] {
        var lexer = Lexer(source)
        while try lexer.readToken() {}
        return lexer.tokens
    }

    private init(_ source: String) {
        self.source = source
        bytes = Array(source.utf8)
    }

    func error(_ problem: String, at range: Range<Int>) -> ExpressionError {
        ExpressionError(.syntax, problem, in: source, at: range)
    }

    mutating func emit(_ kind: Token.Kind, from start: Int, value: ByteText? = nil) {
        tokens.append(Token(kind: kind, value: value ?? ByteText(bytes[start..<place]), range: start..<place))
    }

    func peek(_ offset: Int = 0) -> UInt8? {
        place + offset < bytes.count ? bytes[place + offset] : nil
    }

    /// - Returns: `false` at the end.
    private mutating func readToken() throws(ExpressionError) -> Bool {
        guard let byte = peek() else {
            tokens.append(Token(kind: .end, value: "", range: bytes.count..<bytes.count))
            return false
        }
        let start = place
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            let value = try readQuoted(asBytes: false)
            emit(.text, from: start, value: ByteText(value))
        case UInt8(ascii: "`"):
            emit(.text, from: start, value: ByteText(try readRaw()))
        case UInt8(ascii: "b"), UInt8(ascii: "B"):
            if let next = peek(1), next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") {
                place += 1
                let value = try readQuoted(asBytes: true)
                emit(.bytes, from: start, value: ByteText(value))
            } else {
                readName()
            }
        case UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "."): try readDot()
        case UInt8(ascii: "/"): try readSlash()
        case UInt8(ascii: "#"):
            place += 1
            if peek() == UInt8(ascii: "#") { place += 1 }
            emit(.operation, from: start)
            readPointerName()
        default: try readOther(byte)
        }
        return true
    }

    private mutating func readOther(_ byte: UInt8) throws(ExpressionError) {
        let start = place
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            place += 1
            emit(.bracket, from: start)
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "^"):
            place += 1
            emit(.operation, from: start)
        case UInt8(ascii: "?"): readPair(withAnyOf: ".?")
        case UInt8(ascii: "|"): readPair(withAnyOf: "|")
        case UInt8(ascii: ":"): readPair(withAnyOf: ":")
        case UInt8(ascii: "&"), UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "*"), UInt8(ascii: "<"),
            UInt8(ascii: ">"):
            readPair(withAnyOf: "&=*")
        default:
            let rune = RuneReader.rune(in: bytes, at: place)
            if RuneReader.isSpace(rune.scalar) {
                place += rune.width
            } else if RuneReader.isAlphanumeric(rune.scalar) {
                readName()
            } else {
                throw error("unrecognized character \"\(rune.scalar)\"", at: place..<place + rune.width)
            }
        }
    }

    private mutating func readPair(withAnyOf followers: StaticString) {
        let start = place
        place += 1
        let bytes = UnsafeBufferPointer(start: followers.utf8Start, count: followers.utf8CodeUnitCount)
        if let next = peek(), bytes.contains(next) { place += 1 }
        emit(.operation, from: start)
    }

    private mutating func readDot() throws(ExpressionError) {
        if let next = peek(1), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { return try readNumber() }
        let start = place
        place += peek(1) == UInt8(ascii: ".") ? 2 : 1
        emit(.operation, from: start)
    }

    private mutating func readSlash() throws(ExpressionError) {
        let start = place
        if peek(1) == UInt8(ascii: "/") {
            while let byte = peek(), byte != UInt8(ascii: "\n") { place += 1 }
        } else if peek(1) == UInt8(ascii: "*") {
            place += 2
            while peek() != UInt8(ascii: "*") || peek(1) != UInt8(ascii: "/") {
                guard place < bytes.count else { throw error("unclosed comment", at: start..<start + 2) }
                place += 1
            }
            place += 2
        } else {
            place += 1
            emit(.operation, from: start)
        }
    }

    private mutating func skipName() {
        while place < bytes.count {
            let rune = RuneReader.rune(in: bytes, at: place)
            guard RuneReader.isAlphanumeric(rune.scalar) else { return }
            place += rune.width
        }
    }

    private mutating func readPointerName() {
        let start = place
        skipName()
        if place > start { emit(.identifier, from: start) }
    }

    private mutating func readName() {
        let start = place
        skipName()
        switch ByteText(bytes[start..<place]) {
        case "not": readNot(from: start)
        case "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if", "else":
            emit(.operation, from: start)
        default: emit(.identifier, from: start)
        }
    }

    /// After `not`, only these words become operators here; any other text is read again in the usual way.
    private mutating func readNot(from start: Int) {
        emit(.operation, from: start)
        while peek() == UInt8(ascii: " ") { place += 1 }
        let next = place
        skipName()
        switch ByteText(bytes[next..<place]) {
        case "in", "matches", "contains", "startsWith", "endsWith": emit(.operation, from: next)
        default: place = next
        }
    }
}
