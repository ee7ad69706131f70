/// Turns ascending byte offsets into lines and columns in one pass.
struct PlaceCounter {
    private let source: SourceText
    private var offset: Int
    private var line = 1
    private var column = 1

    init(_ source: SourceText) {
        self.source = source
        offset = source.contentStart
    }

    /// - Parameter target: at least the last one.
    mutating func place(of target: Int) -> TextPlace {
        while offset < target {
            let byte = source.bytes[offset]
            offset += 1
            let isPair =
                byte == UInt8(ascii: "\r") && offset < source.bytes.count
                && source.bytes[offset] == UInt8(ascii: "\n")
            if SourceText.isBreak(byte), !isPair {
                line += 1
                column = 1
            } else if offset >= source.bytes.count || source.bytes[offset] & 0xc0 != 0x80 {
                column += 1
            }
        }
        return TextPlace(line: line, column: column)
    }
}
