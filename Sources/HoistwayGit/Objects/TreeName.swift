/// Which names may stand in a tree that is made here.
enum TreeName {
    /// Why a name is refused, or `nil` where it is fine.
    static func problem(with name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.contains(0) { return "it has a NUL" }
        if name.utf8.contains(UInt8(ascii: "/")) { return "it has a slash" }
        if name == "." || name == ".." { return "it leads elsewhere" }
        if name.utf8.count > 255 { return "it is longer than 255 bytes" }
        if isGitFolder(name) { return "Git keeps it for itself" }
        return nil
    }

    /// Whether a file system that ignores case, code points or endings would take the name for `.git`.
    ///
    /// HFS+ ignores some code points, NTFS trailing dots, spaces and stream names, and knows `.git` as `git~1`:
    /// CVE-2014-9390, CVE-2019-1352.
    private static func isGitFolder(_ name: String) -> Bool {
        let visible = String(String.UnicodeScalarView(name.unicodeScalars.filter { !isIgnoredByHFS($0) })).lowercased()
        let beforeStream = visible.prefix { $0 != ":" && $0 != "\\" }
        var stem = beforeStream
        while let last = stem.last, last == "." || last == " " { stem = stem.dropLast() }
        return stem == ".git" || stem == "git~1"
    }

    private static func isIgnoredByHFS(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C...0x200F, 0x202A...0x202E, 0x206A...0x206F, 0xFEFF: true
        default: false
        }
    }
}
