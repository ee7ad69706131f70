/// The rules of `git check-ref-format` for the part of a ref's name after `refs/heads/` or `refs/tags/`.
enum RefName {
    static func isValid(_ name: String) -> Bool {
        let forbidden: Set<UInt8> = Set(" ~^:?*[\\".utf8)
        guard !name.isEmpty, name.utf8.count <= 1024, name != "@", !name.hasPrefix("-") else { return false }
        guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || forbidden.contains($0) }) else { return false }
        guard !name.contains(".."), !name.contains("@{"), !name.hasSuffix(".") else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.hasSuffix(".lock")
        }
    }
}
