/// A document's bytes, with tables that turn libyaml's positions into bytes and lines.
///
/// libyaml counts code points and does not count the byte order mark.
struct SourceText: Sendable {
    let bytes: [UInt8]
    /// Three where the document begins with a byte order mark, else zero.
    let contentStart: Int
    /// Byte offset of every code point and of the end; `nil` where each code point is one byte.
    private let offsets: [Int32]?

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// - Parameter limit: the most bytes.
    init(_ bytes: [UInt8], limit: Int = YAMLLimits.documentBytes) throws(EditFailure) {
        guard bytes.count <= limit else { throw .tooLarge(bytes: bytes.count, limit: limit) }
        // libyaml can also read UTF-16, but its positions would be different.
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        self.bytes = bytes
        let start = bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        contentStart = start
        offsets = bytes[start...].contains { $0 >= 0x80 } ? Self.table(bytes, from: start) : nil
    }

    private static func table(_ bytes: [UInt8], from start: Int) -> [Int32] {
        var offsets: [Int32] = []
        offsets.reserveCapacity(bytes.count - start + 1)
        for index in start..<bytes.count where bytes[index] & 0xc0 != 0x80 { offsets.append(Int32(index)) }
        offsets.append(Int32(bytes.count))
        return offsets
    }

    /// Byte offset of a position from libyaml.
    func offset(codePoint: Int) -> Int {
        guard let offsets else { return min(codePoint + contentStart, bytes.count) }
        return Int(offsets[min(codePoint, offsets.count - 1)])
    }

    static func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    /// First byte of the line that contains `offset`.
    func lineStart(_ offset: Int) -> Int {
        var index = offset
        while index > contentStart, !Self.isBreak(bytes[index - 1]) { index -= 1 }
        return index
    }

    /// The end of the line that contains `offset`: its line break, or the end of the document.
    func lineEnd(_ offset: Int) -> Int {
        var index = offset
        while index < bytes.count, !Self.isBreak(bytes[index]) { index += 1 }
        return index
    }

    /// Start of the line break before the line that begins at `lineStart`; `nil` on the first line.
    func breakBefore(lineStart: Int) -> Int? {
        guard lineStart > contentStart else { return nil }
        let isPair =
            lineStart - 2 >= contentStart && bytes[lineStart - 1] == UInt8(ascii: "\n")
            && bytes[lineStart - 2] == UInt8(ascii: "\r")
        return lineStart - (isPair ? 2 : 1)
    }

    /// The document's line break: the first one in it.
    var lineBreak: String {
        guard let first = bytes.firstIndex(where: Self.isBreak) else { return "\n" }
        guard bytes[first] == UInt8(ascii: "\r") else { return "\n" }
        return first + 1 < bytes.count && bytes[first + 1] == UInt8(ascii: "\n") ? "\r\n" : "\r"
    }

    func isBlank(_ range: Range<Int>) -> Bool {
        bytes[range].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || Self.isBreak($0) }
    }
}

/// Limits for reading: the content of files is not ours.
enum YAMLLimits {
    /// 1 MiB.
    static let documentBytes = 1 << 20
    /// For a file whose values are updated, parsed or merged: 4 MiB, since programs write such files too.
    static let valuesBytes = 4 << 20
    static let depth = 64
    /// Values in a document; values behind aliases count at each use.
    static let nodes = 200_000
    static let images = 5_000
    /// The most bytes of one name, tag or digest that is written.
    static let valueBytes = 1_024
}
