import HoistwayModel

/// Escapes text for HTML, both for text and for attributes.
///
/// It uses bytes and not characters: `"` followed by U+0301 is one `Character`, which is not equal to `"`, and
/// swift-mustache 2.1.1 does not escape it for that reason.
enum EscapedText {
    /// - Parameter showing: whether control characters and direction marks are written as `\u{202e}`; line ends and
    ///   tabs stay. Values of forms must stay unchanged, so without it only U+0000 is replaced, which HTML cannot have.
    static func append(_ text: String, showing: Bool, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { source in
            var index = 0
            while index < source.count {
                let byte = source[index]
                if byte < 0x80 {
                    append(ascii: byte, showing: showing, to: &bytes)
                    index += 1
                } else {
                    let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
                    let end = min(index + length, source.count)
                    append(scalar: source[index..<end], showing: showing, to: &bytes)
                    index = end
                }
            }
        }
    }

    private static func append(ascii byte: UInt8, showing: Bool, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"), 0x20..<0x7F: bytes.append(byte)
        case 0 where !showing: bytes.append(contentsOf: "\u{FFFD}".utf8)
        // A plain one would be parsed as a line feed.
        case UInt8(ascii: "\r") where !showing: bytes.append(contentsOf: "&#13;".utf8)
        case _ where showing: append(code: UInt32(byte), to: &bytes)
        default: bytes.append(byte)
        }
    }

    private static func append(
        scalar: Slice<UnsafeBufferPointer<UInt8>>,
        showing: Bool,
        to bytes: inout [UInt8]
    ) {
        // A string's UTF-8 is valid, so there is one scalar.
        if showing, let scalar = String(decoding: scalar, as: UTF8.self).unicodeScalars.first, scalar.isHidden {
            append(code: scalar.value, to: &bytes)
        } else {
            bytes.append(contentsOf: scalar)
        }
    }

    private static func append(code: UInt32, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\\u{\(String(code, radix: 16))}".utf8)
    }
}
