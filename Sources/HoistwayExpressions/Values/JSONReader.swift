/// Reads JSON like Go's `json.Unmarshal` into `any`: every number is a float, and of equal keys the last is used.
package struct JSONReader {
    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    /// - Returns: `nil` where the text is not JSON, or is nested deeper than 200 levels.
    package static func value(of text: ByteText) -> Value? {
        var reader = JSONReader(bytes: text.bytes)
        guard let value = reader.read() else { return nil }
        reader.skipSpace()
        return reader.place == reader.bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        place += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    private mutating func read() -> Value? {
        skipSpace()
        depth += 1
        defer { depth -= 1 }
        guard depth <= 200, let byte = peek else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return readMap()
        case UInt8(ascii: "["): return readList()
        case UInt8(ascii: "\""): return readText().map(Value.text)
        case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
        default: return readNumber()
        }
    }

    private mutating func readMap() -> Value? {
        place += 1
        var entries: [MapKey: Value] = [:]
        if take(UInt8(ascii: "}")) { return Value(.map(MapValue(entries: [:]))) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\""), let key = readText(), take(UInt8(ascii: ":")), let value = read() else {
                return nil
            }
            entries[.text(key)] = value
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? Value(.map(MapValue(entries: entries))) : nil
    }

    private mutating func readList() -> Value? {
        place += 1
        var items: [Value] = []
        if take(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            guard let value = read() else { return nil }
            items.append(value)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? .array(items) : nil
    }

    private mutating func readNumber() -> Value? {
        let start = place
        if peek == UInt8(ascii: "-") { place += 1 }
        let digits = skipDigits()
        guard digits == 1 || digits > 1 && bytes[place - digits] != UInt8(ascii: "0") else { return nil }
        if peek == UInt8(ascii: ".") {
            place += 1
            guard skipDigits() > 0 else { return nil }
        }
        if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
            place += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { place += 1 }
            guard skipDigits() > 0 else { return nil }
        }
        return GoFloat.parse(ByteText(bytes[start..<place])).map(Value.double)
    }

    private mutating func skipDigits() -> Int {
        let start = place
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        return place - start
    }

    private mutating func readText() -> ByteText? {
        place += 1
        var content: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                return ByteText(content)
            case 0..<0x20: return nil
            case UInt8(ascii: "\\"):
                place += 1
                guard readEscape(into: &content) else { return nil }
            default:
                let rune = RuneReader.rune(in: bytes, at: place)
                content.append(contentsOf: String(rune.scalar).utf8)
                place += rune.width
            }
        }
        return nil
    }

    private mutating func readEscape(into content: inout [UInt8]) -> Bool {
        guard let letter = peek else { return false }
        place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            guard let high = readUnit() else { return false }
            var scalar = Unicode.Scalar(high)
            if (0xD800..<0xDC00).contains(high), bytes[place...].starts(with: "\\u".utf8) {
                let mark = place
                place += 2
                if let low = readUnit(), (0xDC00..<0xE000).contains(low) {
                    scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
                } else {
                    place = mark
                }
            }
            content.append(contentsOf: String(scalar ?? RuneReader.replacement).utf8)
        default: return false
        }
        return true
    }

    private mutating func readUnit() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Lexer.value(ofHexadecimal: byte) else { return nil }
            value = value << 4 | digit
            place += 1
        }
        return value
    }
}
