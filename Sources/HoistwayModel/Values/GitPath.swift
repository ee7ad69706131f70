/// A name in a Git tree, or several with slashes between them.
///
/// Git's names are bytes. Swift's `String` treats composed and decomposed letters as equal, but they are different
/// files; and a name need not be UTF-8. So names in a tree are never stored, compared or sorted as `String`.
package struct GitPath: Sendable {
    /// Most names of a path.
    ///
    /// Git itself has no limit; Linux accepts paths of at most 4,096 bytes, which are 2,048 names. Code that visits a
    /// tree stops at this depth, so that a server cannot send a tree that needs all memory.
    package static let maxDepth = 512

    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// The text, where it is UTF-8.
    package var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The text for patterns: bytes that are not UTF-8 become replacement characters.
    package var matchable: String { String(decoding: bytes, as: UTF8.self) }

    /// The parts between the slashes, empty ones left out.
    package var names: [GitPath] { bytes.split(separator: Self.slash).map(GitPath.init(bytes:)) }

    package var depth: Int { bytes.split(separator: Self.slash).count }

    /// The last name.
    package var name: GitPath {
        guard let index = bytes.lastIndex(of: Self.slash) else { return self }
        return GitPath(bytes: bytes[(index + 1)...])
    }

    /// The path before the last name; empty for the root.
    package var folder: GitPath { GitPath(bytes: bytes[..<(bytes.lastIndex(of: Self.slash) ?? 0)]) }

    package func appending(_ name: GitPath) -> GitPath {
        isEmpty ? name : GitPath(bytes: bytes + [Self.slash] + name.bytes)
    }

    /// Whether it is `folder` or is below it; everything is below the empty path.
    package func isInside(_ folder: GitPath) -> Bool {
        guard !folder.isEmpty else { return true }
        guard bytes.starts(with: folder.bytes) else { return false }
        return bytes.count == folder.bytes.count || bytes[folder.bytes.count] == Self.slash
    }

    private static let slash = UInt8(ascii: "/")
}

extension GitPath: Hashable {
    package func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension GitPath: Comparable {
    /// Compares bytes, as `git ls-tree` sorts paths.
    package static func < (left: GitPath, right: GitPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension GitPath: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
        self.init(text)
    }
}

extension GitPath: CustomStringConvertible {
    /// The form for people and for lines of a message: plain text unchanged, other paths in quotes with octal escapes,
    /// as in Git.
    ///
    /// Characters that control a terminal, break a line or are invisible are escaped too. Two different paths never
    /// give the same text, and `init(quoted:)` reads it back.
    package var description: String {
        guard let text, text.unicodeScalars.allSatisfy(Self.isPlain) else { return quoted }
        return text
    }

    /// At most about 200 characters of it, since a path or a name may be megabytes long.
    package var shortened: String {
        guard bytes.count > 160 else { return description }
        let head = GitPath(bytes: bytes.prefix(100))
        let tail = GitPath(bytes: bytes.suffix(40))
        return depth > 1 ? "\(head)…\(tail) (\(depth) names)" : "\(head)…\(tail) (\(bytes.count) bytes)"
    }

    private var quoted: String {
        var result = "\""
        var rest = bytes[...]
        while !rest.isEmpty {
            let (scalar, length) = Self.firstScalar(of: rest)
            let piece = rest.prefix(length)
            rest = rest.dropFirst(length)
            switch scalar {
            case "\""?: result += "\\\""
            case "\\"?: result += "\\\\"
            case "\n"?: result += "\\n"
            case "\t"?: result += "\\t"
            case let scalar? where Self.isPlain(scalar): result.unicodeScalars.append(scalar)
            default: for byte in piece { result += "\\" + Self.octal(byte) }
            }
        }
        return result + "\""
    }

    /// `nil` with one byte where no valid UTF-8 begins.
    private static func firstScalar(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar?, length: Int) {
        for length in 1...min(4, bytes.count) {
            guard let text = String(validating: bytes.prefix(length), as: UTF8.self) else { continue }
            return (text.unicodeScalars.first, length)
        }
        return (nil, 1)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "\\": false
        case " "..."~": true
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    private static func octal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 8)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}

extension GitPath {
    /// Reads the text of `description`; text without quotes is literal.
    ///
    /// `nil` where an escape is invalid.
    package init?(quoted text: Substring) {
        let utf8 = Array(text.utf8)
        guard utf8.count >= 2, utf8.first == UInt8(ascii: "\""), utf8.last == UInt8(ascii: "\"") else {
            self.init(text)
            return
        }
        var result: [UInt8] = []
        var rest = utf8[1..<utf8.count - 1]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard let next = rest.popFirst() else { return nil }
            switch next {
            case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(next)
            default:
                let digits = [next] + rest.prefix(2)
                guard digits.count == 3,
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
                else { return nil }
                result.append(value)
                rest = rest.dropFirst(2)
            }
        }
        self.init(bytes: result)
    }
}
