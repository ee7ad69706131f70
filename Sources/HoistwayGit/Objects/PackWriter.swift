import HoistwayCrypto
import HoistwayModel

/// Writes a pack piece by piece: a header, exactly as many entries as it announces, a checksum.
///
/// Every function gives the next bytes to write.
struct PackWriter: ~Copyable {
    private var digest = IncrementalDigest(.sha1)
    private var remaining = 0
    private let level: Int32

    /// `level` is zlib's, 0 to 9.
    init(level: Int32 = 6) {
        self.level = level
    }

    mutating func header(count: Int) -> [UInt8] {
        guard let number = UInt32(exactly: count) else { preconditionFailure("a pack has at most 2^32 - 1 objects") }
        remaining = count
        var bytes = Array("PACK".utf8) + [0, 0, 0, 2]
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
        return noted(bytes)
    }

    mutating func object(_ object: GitObject) -> [UInt8] {
        remaining -= 1
        var bytes = Self.entryHeader(type: object.kind.rawValue, size: object.bytes.count)
        bytes.append(contentsOf: Zlib.deflate(object.bytes, level: level))
        return noted(bytes)
    }

    /// A delta against an object that the reader has, or that is in this pack.
    mutating func delta(_ delta: [UInt8], base: ObjectID) -> [UInt8] {
        remaining -= 1
        var bytes = Self.entryHeader(type: 7, size: delta.count)
        bytes.append(contentsOf: base.bytes)
        bytes.append(contentsOf: Zlib.deflate(delta, level: level))
        return noted(bytes)
    }

    consuming func trailer() -> [UInt8] {
        precondition(remaining == 0, "a pack holds as many objects as its header says")
        return digest.finish()
    }

    private mutating func noted(_ bytes: [UInt8]) -> [UInt8] {
        digest.update(bytes)
        return bytes
    }

    private static func entryHeader(type: UInt8, size: Int) -> [UInt8] {
        var rest = size >> 4
        var byte = type << 4 | UInt8(size & 15)
        var bytes: [UInt8] = []
        while rest > 0 {
            bytes.append(byte | 0x80)
            byte = UInt8(rest & 0x7F)
            rest >>= 7
        }
        bytes.append(byte)
        return bytes
    }
}
