/// Splits a watch into its lines as they arrive.
struct LineSplitter {
    struct TooLong: Error {}

    private let limit: Int
    private var line: [UInt8] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// The lines that end in these bytes, without their ends; empty ones are left out.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try keep(rest[..<end])
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if !line.isEmpty { lines.append(line) }
            line = []
            rest = rest[(end + 1)...]
        }
        try keep(rest)
        return lines
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) throws(TooLong) {
        guard line.count + bytes.count <= limit else { throw TooLong() }
        line.append(contentsOf: bytes)
    }
}
