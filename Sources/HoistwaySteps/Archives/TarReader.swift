package import HoistwayModel

/// Reads a tar archive entry by entry: the forms of POSIX, GNU tar and the old one.
///
/// The archive comes from somebody else: every number in it is checked before it is used.
package struct TarReader {
    package enum Kind: Sendable, Equatable {
        case file(isExecutable: Bool)
        case folder
        /// Symbolic or hard.
        case link
        /// A device, a pipe, or a type that this reader does not know.
        case other
    }

    package struct Entry: Sendable {
        /// As in the archive: not checked yet.
        package var path: GitPath
        package var kind: Kind
        package var content: ArraySlice<UInt8>
    }

    package enum Failure: Error, Equatable {
        case notAnArchive
        case damaged(String)
        case tooMany

        package var reason: String {
            switch self {
            case .notAnArchive: "it is no tar archive"
            case .damaged(let problem): "it is damaged: \(problem)"
            case .tooMany: "it has more than \(TarFormat.maxEntries) entries"
            }
        }
    }

    /// Limit of a header that gives an entry's name, in bytes.
    private static let maxHeaderBytes = 1 << 20

    private let bytes: [UInt8]
    private var position = 0
    private var count = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// `nil` at the end.
    package mutating func next() throws(Failure) -> Entry? {
        var longPath: [UInt8]?
        var longSize: Int?
        var isSparse = false
        while true {
            guard let header = try header() else { return nil }
            count += 1
            guard count <= TarFormat.maxEntries else { throw .tooMany }
            var size = try number(header[124..<136])
            let type = header[header.startIndex + 156]
            switch type {
            case UInt8(ascii: "x"):
                let records = try Self.records(try content(size, limit: Self.maxHeaderBytes))
                longPath = records["path"] ?? longPath
                if let text = records["size"] {
                    guard let size = Int(String(decoding: text, as: UTF8.self)), size >= 0 else {
                        throw .damaged("a size is no number")
                    }
                    longSize = size
                }
                isSparse = isSparse || records.keys.contains { $0.hasPrefix("GNU.sparse.") }
                continue
            case UInt8(ascii: "g"):
                _ = try content(size, limit: Self.maxHeaderBytes)
                continue
            case UInt8(ascii: "L"):
                longPath = Array(try content(size, limit: Self.maxHeaderBytes).prefix { $0 != 0 })
                continue
            case UInt8(ascii: "K"):
                _ = try content(size, limit: Self.maxHeaderBytes)
                continue
            default: break
            }
            size = longSize ?? size
            let path = longPath ?? Self.path(of: header)
            let isFolder = path.last == UInt8(ascii: "/")
            let kind: Kind
            switch type {
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
                let mode = try number(header[100..<108])
                kind = isSparse ? .other : isFolder ? .folder : .file(isExecutable: mode & 0o111 != 0)
            case UInt8(ascii: "5"): kind = .folder
            case UInt8(ascii: "1"), UInt8(ascii: "2"): kind = .link
            default: kind = .other
            }
            // For links and devices the size has no meaning, and no content follows.
            let hasContent = (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(type) == false
            let content = hasContent ? try content(size, limit: bytes.count) : []
            return Entry(path: GitPath(bytes: path), kind: kind, content: content)
        }
    }

    /// The next header, with indices from 0; `nil` at the end of the archive.
    private mutating func header() throws(Failure) -> ArraySlice<UInt8>? {
        // Many programs omit the last blocks.
        guard position < bytes.count else {
            guard count > 0 || position > 0 else { throw .notAnArchive }
            return nil
        }
        guard position + TarFormat.blockBytes <= bytes.count else {
            throw count == 0 ? .notAnArchive : .damaged("it ends in the middle of an entry")
        }
        let block = Array(bytes[position..<position + TarFormat.blockBytes])
        position += TarFormat.blockBytes
        if block.allSatisfy({ $0 == 0 }) { return nil }
        var sum = 0
        var signed = 0
        for (index, byte) in block.enumerated() {
            let byte = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
            sum += Int(byte)
            signed += Int(Int8(bitPattern: byte))
        }
        let told = try? number(block[148..<156])
        guard told == sum || told == signed else {
            throw count == 0 ? .notAnArchive : .damaged("the sum of a header is wrong")
        }
        return block[...]
    }

    private mutating func content(_ size: Int, limit: Int) throws(Failure) -> ArraySlice<UInt8> {
        guard size <= limit, size <= bytes.count - position else {
            throw .damaged("an entry is longer than the archive, or than a header may be")
        }
        let content = bytes[position..<position + size]
        position = min(bytes.count, position + TarFormat.padded(size))
        return content
    }

    /// Octal digits, or binary where the first bit is set.
    private func number(_ field: ArraySlice<UInt8>) throws(Failure) -> Int {
        guard let first = field.first else { return 0 }
        var value = 0
        if first & 0x80 != 0 {
            guard first & 0x40 == 0 else { throw .damaged("a number is below 0") }
            for (index, byte) in field.enumerated() {
                let part = Int(index == 0 ? byte & 0x3F : byte)
                let (product, overflow) = value.multipliedReportingOverflow(by: 256)
                guard !overflow, product <= Int.max - part else { throw .damaged("a number is too large") }
                value = product + part
            }
            return value
        }
        for byte in field.drop(while: { $0 == UInt8(ascii: " ") }) {
            if byte == 0 || byte == UInt8(ascii: " ") { break }
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte), value < 1 << 50 else {
                throw .damaged("a number has other characters than digits")
            }
            value = value * 8 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    private static func path(of header: ArraySlice<UInt8>) -> [UInt8] {
        let name = Array(header[0..<100].prefix { $0 != 0 })
        // GNU tar has other fields where POSIX has the first part of a long name.
        guard Array(header[257..<263]) == Array("ustar\u{0}".utf8) else { return name }
        let prefix = Array(header[345..<500].prefix { $0 != 0 })
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    /// Each record is `LENGTH KEY=VALUE` and a line break.
    private static func records(_ bytes: ArraySlice<UInt8>) throws(Failure) -> [String: [UInt8]] {
        var records: [String: [UInt8]] = [:]
        var rest = bytes
        while let first = rest.first, first != 0 {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")), space - rest.startIndex <= 8,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
                length <= rest.count
            else { throw .damaged("a header of an entry cannot be read") }
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw .damaged("a header of an entry cannot be read")
            }
            records[String(decoding: record[..<equals], as: UTF8.self)] = Array(record[(equals + 1)...].dropLast())
            rest = rest[(rest.startIndex + length)...]
        }
        return records
    }
}
