import HoistwayModel

/// The rules for names in a tree that is made here.
///
/// Names are bytes; they need not be UTF-8. A refused name would lead out of the folder, or some file system would read
/// it as Git's own folder. Or it would hide something in a list of files.
enum TreeName {
    /// Why a name is refused, or `nil` where it is allowed.
    static func problem(with name: GitPath) -> String? {
        let bytes = name.bytes
        if bytes.isEmpty { return "it is empty" }
        if bytes.contains(UInt8(ascii: "/")) { return "it has a slash" }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "it has a control character" }
        let visible = withoutIgnored(bytes)
        if visible == Array(".".utf8) || visible == Array("..".utf8) { return "it leads elsewhere" }
        // Windows splits names at backslashes, and Git refuses such names on every system.
        if visible.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false).contains(where: isGitFolder) {
            return "it stands for Git's own folder"
        }
        return nil
    }

    /// The same for a new name: it must not be longer than file systems allow.
    static func problem(withNew name: GitPath) -> String? {
        if let problem = problem(with: name) { return problem }
        return name.bytes.count > 255 ? "it is longer than 255 bytes" : nil
    }

    /// Whether a name needs no further check; this is so for nearly all names.
    static func isPlain(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.first {
        case nil, UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "G"), 0xE2, 0xEF: return false
        default: break
        }
        var isPlain = true
        for byte in name
        where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") {
            isPlain = false
        }
        return isPlain
    }

    /// Whether a file system that ignores case, code points or endings would read the name as `.git`.
    ///
    /// NTFS ignores trailing dots, spaces and stream names, and has short names for `.git` such as `git~1`:
    /// CVE-2014-9390, CVE-2019-1352.
    private static func isGitFolder(_ name: ArraySlice<UInt8>) -> Bool {
        var stem = name.prefix { $0 != UInt8(ascii: ":") }
        while stem.last == UInt8(ascii: ".") || stem.last == UInt8(ascii: " ") { stem = stem.dropLast() }
        let lower = stem.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        if lower == Array(".git".utf8) { return true }
        let short = Array("git~".utf8)
        let number = lower.dropFirst(short.count)
        return lower.starts(with: short) && !number.isEmpty && number.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// The name without the code points that HFS+ ignores: U+200C to U+200F, U+202A to U+202E, U+206A to U+206F, and
    /// U+FEFF.
    private static func withoutIgnored(_ name: [UInt8]) -> [UInt8] {
        guard name.contains(where: { $0 == 0xE2 || $0 == 0xEF }) else { return name }
        var result: [UInt8] = []
        var rest = name[...]
        while let first = rest.first {
            if isIgnored(rest.prefix(3)) {
                rest = rest.dropFirst(3)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func isIgnored(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count == 3 else { return false }
        let last = bytes[bytes.startIndex + 2]
        switch (bytes[bytes.startIndex], bytes[bytes.startIndex + 1]) {
        case (0xE2, 0x80): return 0x8C...0x8F ~= last || 0xAA...0xAE ~= last
        case (0xE2, 0x81): return 0xAA...0xAF ~= last
        case (0xEF, 0xBB): return last == 0xBF
        default: return false
        }
    }
}
