/// Scans the bytes of a JSON text (RFC 8259) without creating values.
struct JSONScanner {
    let bytes: [UInt8]
    private(set) var position: Int
    /// The number of open objects and arrays.
    private var depth = 0

    static let maxDepth = 64
    /// The most keys of one object; senders use about a hundred.
    static let maxKeys = 10_000

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// Checks the whole text; `onTopLevelKey` gets the range of each key of the outermost object, quotes included.
    mutating func check(onTopLevelKey: (Range<Int>) throws(EventError) -> Void) throws(EventError) {
        skipBlanks()
        try checkValue(onTopLevelKey)
        skipBlanks()
        guard position == bytes.count else { throw .notJSON(atByte: position) }
    }

    /// The byte at the position, without moving; 0 at the end.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    // The loops below use a copy of the reference: without optimisation each access to `self.bytes` counts references.

    mutating func skipBlanks() {
        let bytes = bytes
        var index = position
        while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
        position = index
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character), position < bytes.count else { return false }
        position += 1
        return true
    }

    /// Moves past a value of a checked text.
    mutating func skipCheckedValue() {
        switch current {
        case UInt8(ascii: "\""): skipCheckedString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): skipCheckedContainer()
        default:
            while position < bytes.count, !Self.endsLiteral(bytes[position]) { position += 1 }
        }
    }

    mutating func skipCheckedString() {
        position = Self.endOfString(bytes, from: position)
    }

    private mutating func skipCheckedContainer() {
        let bytes = bytes
        var index = position
        var open = 0
        repeat {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = Self.endOfString(bytes, from: index)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open -= 1
            default: break
            }
            index += 1
        } while open > 0
        position = index
    }

    /// The position after the closing quote of a checked string that begins at `start`.
    private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
        var index = endOfPlainText(bytes, from: start + 1)
        while bytes[index] == UInt8(ascii: "\\") { index = endOfPlainText(bytes, from: index + 2) }
        return index + 1
    }

    /// The first quote, backslash or control character at or after `start`; the end if there is none.
    ///
    /// Most of a body is text between quotes, so eight bytes at a time are checked. In a word, only the lowest hit is
    /// certain, since a subtraction borrows from higher bytes.
    private static func endOfPlainText(_ bytes: [UInt8], from start: Int) -> Int {
        let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        return bytes.withUnsafeBytes { bytes in
            var index = start
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let quotes = word ^ (ones &* 0x22)
                let backslashes = word ^ (ones &* 0x5c)
                let found =
                    ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
                        | (word &- ones &* 0x20) & ~word) & tops
                guard found == 0 else { return index + found.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
                index += 1
            }
            return index
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x09 || byte == 0x0d
    }

    private static func endsLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): true
        default: isBlank(byte)
        }
    }
}

// The grammar.
extension JSONScanner {
    private mutating func checkValue(_ onTopLevelKey: (Range<Int>) throws(EventError) -> Void) throws(EventError) {
        switch current {
        case UInt8(ascii: "{"): try checkObject(onTopLevelKey)
        case UInt8(ascii: "["): try checkArray(onTopLevelKey)
        case UInt8(ascii: "\""): try checkString()
        case UInt8(ascii: "t"): try checkWord("true")
        case UInt8(ascii: "f"): try checkWord("false")
        case UInt8(ascii: "n"): try checkWord("null")
        default: try checkNumber()
        }
    }

    private mutating func checkObject(_ onTopLevelKey: (Range<Int>) throws(EventError) -> Void) throws(EventError) {
        try enter()
        if take("}") { return depth -= 1 }
        var count = 0
        repeat {
            count += 1
            skipBlanks()
            guard count <= Self.maxKeys else { throw .tooWide(limit: Self.maxKeys, atByte: position) }
            let start = position
            try checkString()
            if depth == 1 { try onTopLevelKey(start..<position) }
            skipBlanks()
            try expect(":")
            skipBlanks()
            try checkValue(onTopLevelKey)
            skipBlanks()
        } while take(",")
        try expect("}")
        depth -= 1
    }

    private mutating func checkArray(_ onTopLevelKey: (Range<Int>) throws(EventError) -> Void) throws(EventError) {
        try enter()
        if take("]") { return depth -= 1 }
        repeat {
            skipBlanks()
            try checkValue(onTopLevelKey)
            skipBlanks()
        } while take(",")
        try expect("]")
        depth -= 1
    }

    private mutating func enter() throws(EventError) {
        depth += 1
        guard depth <= Self.maxDepth else { throw .tooDeep(limit: Self.maxDepth, atByte: position) }
        position += 1
        skipBlanks()
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(EventError) {
        guard take(character) else { throw .notJSON(atByte: position) }
    }

    private mutating func checkWord(_ word: StaticString) throws(EventError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[offset], position < bytes.count else { throw .notJSON(atByte: position) }
            position += 1
        }
    }

    private mutating func checkString() throws(EventError) {
        try expect("\"")
        while true {
            position = Self.endOfPlainText(bytes, from: position)
            guard position < bytes.count, bytes[position] >= 0x20 else { throw .notJSON(atByte: position) }
            let isEscape = bytes[position] == UInt8(ascii: "\\")
            position += 1
            guard isEscape else { return }
            try checkEscape()
        }
    }

    private mutating func checkEscape() throws(EventError) {
        let mark = current
        position += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard JSONString.hexValue(current) != nil else { throw .notJSON(atByte: position) }
                position += 1
            }
        default:
            throw .notJSON(atByte: position - 1)
        }
    }

    private mutating func checkNumber() throws(EventError) {
        _ = take("-")
        if !take("0") { try checkDigits() }
        if take(".") { try checkDigits() }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            try checkDigits()
        }
    }

    private mutating func checkDigits() throws(EventError) {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { position += 1 }
        guard position > start else { throw .notJSON(atByte: position) }
    }
}
