import Glibc

/// Counts the equal bytes of two byte strings, at either end.
enum CommonBytes {
    /// The number of bytes in one call of memcmp: the speed of memcmp matters, not that some bytes are compared twice.
    private static let stride = 4096

    static func prefix(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                count(upTo: limit) { start, count in
                    isEqual(left, start, right, start, count)
                }
            }
        }
    }

    static func suffix(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                count(upTo: limit) { start, count in
                    let end = start + count
                    return isEqual(left, left.count - end, right, right.count - end, count)
                }
            }
        }
    }

    /// Compares in strides while they are equal, then byte by byte.
    private static func count(upTo limit: Int, isEqual: (_ start: Int, _ count: Int) -> Bool) -> Int {
        var known = 0
        while limit - known >= stride, isEqual(known, stride) { known += stride }
        while known < limit, isEqual(known, 1) { known += 1 }
        return known
    }

    private static func isEqual(
        _ left: UnsafeBufferPointer<UInt8>,
        _ leftStart: Int,
        _ right: UnsafeBufferPointer<UInt8>,
        _ rightStart: Int,
        _ count: Int
    ) -> Bool {
        guard let first = left.baseAddress, let second = right.baseAddress else { return count == 0 }
        return memcmp(first + leftStart, second + rightStart, count) == 0
    }
}
