/// The text of a YAML file, in any encoding that YAML allows.
package enum YamlText {
    /// `nil` where the bytes are not text in any of them.
    ///
    /// The encoding follows from a byte order mark, or else from the place of the zeros in the first character:
    /// <https://yaml.org/spec/1.2.2/#52-character-encodings>. The mark itself is no part of the text.
    package static func decode(_ bytes: [UInt8]) -> String? {
        switch (bytes.first, bytes.dropFirst().first, bytes.dropFirst(2).first, bytes.dropFirst(3).first) {
        case (0x00, 0x00, 0xFE, 0xFF): utf32(bytes.dropFirst(4), isBigEndian: true)
        case (0x00, 0x00, 0x00, .some): utf32(bytes[...], isBigEndian: true)
        case (0xFF, 0xFE, 0x00, 0x00): utf32(bytes.dropFirst(4), isBigEndian: false)
        case (.some, 0x00, 0x00, 0x00): utf32(bytes[...], isBigEndian: false)
        case (0xFE, 0xFF, _, _): utf16(bytes.dropFirst(2), isBigEndian: true)
        case (0x00, .some, _, _): utf16(bytes[...], isBigEndian: true)
        case (0xFF, 0xFE, _, _): utf16(bytes.dropFirst(2), isBigEndian: false)
        case (.some, 0x00, _, _): utf16(bytes[...], isBigEndian: false)
        case (0xEF, 0xBB, 0xBF, _): String(validating: bytes.dropFirst(3), as: UTF8.self)
        default: String(validating: bytes, as: UTF8.self)
        }
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String? {
        units(bytes, size: 2, isBigEndian: isBigEndian).flatMap { units in
            String(validating: units.map { UInt16(truncatingIfNeeded: $0) }, as: UTF16.self)
        }
    }

    private static func utf32(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String? {
        units(bytes, size: 4, isBigEndian: isBigEndian).flatMap { String(validating: $0, as: UTF32.self) }
    }

    private static func units(_ bytes: ArraySlice<UInt8>, size: Int, isBigEndian: Bool) -> [UInt32]? {
        guard bytes.count.isMultiple(of: size) else { return nil }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
            let unit = bytes[start..<start + size]
            let ordered = isBigEndian ? Array(unit) : unit.reversed()
            return ordered.reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
