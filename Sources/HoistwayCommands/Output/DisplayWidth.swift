/// How many columns of a terminal a text takes.
///
/// Letters of East Asian scripts and most pictures take two, combining marks none.
enum DisplayWidth {
    static func of(_ text: some StringProtocol) -> Int {
        // One byte a letter: what nearly all cells are.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    static func of(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // The variation selector that asks for a picture.
            if scalar.value == 0xFE0F { return 2 }
            width = max(width, of(scalar))
        }
        return width
    }

    /// At most `columns` of them, the last one `…` where something was left out.
    static func clipped(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        var taken = ""
        var width = 0
        for character in text {
            let next = of(character)
            guard width + next < columns else { break }
            taken.append(character)
            width += next
        }
        return String(taken.reversed().drop { $0 == " " }.reversed()) + "…"
    }

    /// With blanks behind it, up to `columns`.
    static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - of(text)))
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        guard scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Wide and full-width letters by Unicode's `EastAsianWidth.txt`, in blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
    ]
}
