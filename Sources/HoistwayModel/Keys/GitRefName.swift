/// The names of branches and tags that Git accepts, and those of them that we accept.
package enum GitRefName {
    /// Why a name is refused.
    package enum Problem: String, Sendable, Equatable {
        case empty = "the name is empty"
        case tooLong = "the name has more than 255 bytes"
        case leadingDash = "the name begins with a dash, as an option does"
        case forbiddenCharacter = "the name has a character that Git forbids"
        case badSegment = "a part of the name is empty, begins with a dot or ends with .lock"
        case dots = "the name has two dots in a row or ends with a dot"
        case reserved = "the name means something else to Git"
        case fullName = "the short name begins with refs/, which is nearly always a mistake"
    }

    package static func isValidBranch(_ name: String) -> Bool { problem(withShortName: name) == nil }

    /// Checks `main`, not `refs/heads/main`; rules of <https://git-scm.com/docs/git-check-ref-format>.
    package static func problem(withShortName name: String) -> Problem? {
        let bytes = name.utf8
        if bytes.isEmpty { return .empty }
        if bytes.count > 255 { return .tooLong }
        if name.hasPrefix("-") { return .leadingDash }
        if bytes.contains(where: isForbidden) { return .forbiddenCharacter }
        if name == "@" || name == "HEAD" || name.hasBytes("@{") { return .reserved }
        if name.hasBytes("..") || name.hasSuffix(".") { return .dots }
        let segments = name.split(separator: "/", omittingEmptySubsequences: false)
        if segments.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.hasSuffix(".lock") }) { return .badSegment }
        if name.hasPrefix("refs/") { return .fullName }
        return nil
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7f || forbidden.contains(byte)
    }

    private static let forbidden = Set("~^:?*[\\".utf8)
}
