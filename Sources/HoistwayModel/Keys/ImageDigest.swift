/// The syntax of a digest.
package enum ImageDigest {
    /// `sha256:` with 64 or `sha512:` with 128 lower-case hexadecimal digits.
    package static func isValid(_ text: String) -> Bool {
        for (prefix, count) in [("sha256:", 64), ("sha512:", 128)] where text.hasPrefix(prefix) {
            let digits = text.utf8.dropFirst(prefix.utf8.count)
            return digits.count == count && digits.allSatisfy(isLowerHex)
        }
        return false
    }

    static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

/// The syntax of an image's tag.
package enum ImageTag {
    /// `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`.
    package static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 128, isWord(first) else { return false }
        return bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Whether a tag is that of a signature, an attestation or a bill of materials of another image:
    /// `sha256-<64 digits>`, with or without `.sig`, `.att` or `.sbom`.
    package static func isCompanion(_ text: String) -> Bool {
        guard text.hasPrefix("sha256-") else { return false }
        let rest = text.utf8.dropFirst("sha256-".utf8.count)
        guard rest.prefix(64).count == 64, rest.prefix(64).allSatisfy(ImageDigest.isLowerHex) else { return false }
        return ["", ".sig", ".att", ".sbom"].contains(String(rest.dropFirst(64)))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
