import HoistwayCrypto
import HoistwayModel

/// The index of a pack, version 2: <https://git-scm.com/docs/gitformat-pack#_version_2_pack_idx_files_support_packs_larger_than_4_gib_and>.
enum PackIndex {
    /// Offsets from here on are in a table of their own.
    private static let largeOffset = 1 << 31

    static func bytes(of places: [PackFile.Place], trailer: [UInt8]) -> [UInt8] {
        let sorted = places.sorted { $0.id < $1.id }
        var result: [UInt8] = [0xFF, 0x74, 0x4F, 0x63, 0, 0, 0, 2]
        result.reserveCapacity(1100 + 28 * sorted.count)
        var counts = [Int](repeating: 0, count: 256)
        for place in sorted { counts[Int(place.id.firstByte)] += 1 }
        var total = 0
        for count in counts {
            total += count
            append(UInt64(total), bytes: 4, to: &result)
        }
        for place in sorted { result.append(contentsOf: place.id.bytes) }
        for place in sorted { append(UInt64(place.crc), bytes: 4, to: &result) }
        var large: [Int] = []
        for place in sorted {
            guard place.offset >= largeOffset else {
                append(UInt64(place.offset), bytes: 4, to: &result)
                continue
            }
            append(UInt64(largeOffset + large.count), bytes: 4, to: &result)
            large.append(place.offset)
        }
        for offset in large { append(UInt64(offset), bytes: 8, to: &result) }
        result.append(contentsOf: trailer)
        result.append(contentsOf: result.withUnsafeBytes { Digest.hash(.sha1, $0) })
        return result
    }

    private static func append(_ value: UInt64, bytes count: Int, to result: inout [UInt8]) {
        for index in stride(from: 8 * (count - 1), through: 0, by: -8) {
            result.append(UInt8(truncatingIfNeeded: value >> UInt64(index)))
        }
    }
}

extension ObjectID {
    fileprivate var firstByte: UInt8 { bytes[0] }
}
