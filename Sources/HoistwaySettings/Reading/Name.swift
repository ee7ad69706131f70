/// The forms of names in Kubernetes.
enum Name {
    /// A DNS-1123 label without its limit on length: lower-case letters, digits and hyphens, not at the ends.
    static func isLabelLike(_ text: String) -> Bool { isName(text, extra: "-") && text.utf8.count <= 253 }

    /// A DNS-1123 subdomain: dots too.
    static func isSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                isName(String(part), extra: "-")
            }
    }

    /// The name of an environment variable.
    static func isVariable(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// A file's name as systemd and a Kubernetes Secret take it; it cannot lead out of its folder.
    static func isCredential(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, first != UInt8(ascii: "."), bytes.count <= 253 else { return false }
        return bytes.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || "._-".utf8.contains($0) }
    }

    private static func isName(_ text: String, extra: Character) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        return [first, last].allSatisfy { isLetter($0) || isDigit($0) }
            && bytes.allSatisfy { isLetter($0) || isDigit($0) || $0 == extra.asciiValue }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
