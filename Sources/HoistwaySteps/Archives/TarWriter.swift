import HoistwayModel

/// Writes a tar archive that depends only on names, contents and whether a file is executable.
///
/// No time, no owner, and entries in the order in which they are added: the same files give the same bytes.
struct TarWriter {
    private static let nameBytes = 100
    private static let prefixBytes = 155

    private(set) var bytes: [UInt8] = []

    /// - Parameter path: within the archive.
    mutating func add(_ path: GitPath, _ content: [UInt8], isExecutable: Bool) {
        let split = Self.split(path.bytes)
        if split == nil {
            let record = Self.record("path", path.bytes)
            let name = Array("PaxHeaders.0/file".utf8)
            header(name: name, prefix: [], size: record.count, mode: 0o644, type: "x")
            append(record)
        }
        let (prefix, name) = split ?? ([], path.bytes.prefix(Self.nameBytes))
        let mode = isExecutable ? 0o755 : 0o644
        header(name: Array(name), prefix: Array(prefix), size: content.count, mode: mode, type: "0")
        append(content)
    }

    /// The archive with the two empty blocks at its end.
    func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * TarFormat.blockBytes) }

    private mutating func append(_ content: [UInt8]) {
        bytes += content
        bytes += repeatElement(0, count: TarFormat.padded(content.count) - content.count)
    }

    /// A long name in two parts; `nil` where it needs a header of its own.
    private static func split(_ path: [UInt8]) -> (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        guard path.allSatisfy({ $0 < 0x80 }) else { return nil }
        if path.count <= nameBytes { return ([], path[...]) }
        let slash = UInt8(ascii: "/")
        for index in path.indices where path[index] == slash {
            if index > 0, index <= prefixBytes, path.count - index - 1 <= nameBytes, index + 1 < path.count {
                return (path[..<index], path[(index + 1)...])
            }
        }
        return nil
    }

    /// `LENGTH KEY=VALUE` and a line break; the length counts itself.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = [UInt8(ascii: " ")] + Array(key.utf8) + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }

    private mutating func header(name: [UInt8], prefix: [UInt8], size: Int, mode: Int, type: Unicode.Scalar) {
        var block = [UInt8](repeating: 0, count: TarFormat.blockBytes)
        func put(_ text: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in text.enumerated() { block[offset + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> [UInt8] {
            let text = String(number, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
        }
        put(name, at: 0)
        put(octal(mode, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put(repeatElement(UInt8(ascii: " "), count: 8), at: 148)
        block[156] = UInt8(ascii: type)
        put("ustar\u{0}00".utf8, at: 257)
        put(prefix, at: 345)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + [0, UInt8(ascii: " ")], at: 148)
        bytes += block
    }
}
