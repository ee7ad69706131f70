import Glibc

/// Walks over a tree's entries.
struct TreeScan {
    /// Where one entry lies.
    struct Place: Equatable {
        var start: Int
        var name: Range<Int>
        var end: Int
        var isTree: Bool

        /// Of the id, in bytes.
        static let idCount = 20

        var id: Range<Int> { end - Self.idCount..<end }
    }

    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() throws(TreeBytes.Malformed) -> Place? {
        let start = position
        guard start < bytes.count else { return nil }
        // A mode has five or six digits; a space, a name of a byte at least, a zero and the id follow.
        guard let base = bytes.baseAddress, bytes.count - start >= 8 + Place.idCount else {
            throw TreeBytes.Malformed()
        }
        let digits = bytes[start + 5] == UInt8(ascii: " ") ? 5 : 6
        for index in start..<start + digits {
            // Below "0" and above "7" alike: the difference is then 8 or more.
            guard bytes[index] &- UInt8(ascii: "0") < 8 else { throw TreeBytes.Malformed() }
        }
        let name = start + digits + 1
        guard bytes[name - 1] == UInt8(ascii: " "), let zero = memchr(base + name, 0, bytes.count - name) else {
            throw TreeBytes.Malformed()
        }
        let nameEnd = UnsafeRawPointer(zero) - base
        let end = nameEnd + 1 + Place.idCount
        guard nameEnd > name, end <= bytes.count else { throw TreeBytes.Malformed() }
        position = end
        // Only a tree's mode, 40000, begins with 4 (or 04 in trees of old programs).
        let isTree = bytes[start] == UInt8(ascii: "4") || bytes[start] == UInt8(ascii: "0")
        return Place(start: start, name: name..<nameEnd, end: end, isTree: isTree)
    }

    func isName(_ name: [UInt8], at place: Place) -> Bool {
        guard place.name.count == name.count, let base = bytes.baseAddress else { return false }
        return memcmp(base + place.name.lowerBound, name, name.count) == 0
    }

    /// Whether mode, name and id are the same, byte for byte.
    func isEqual(_ place: Place, to other: Place, of scan: TreeScan) -> Bool {
        let count = place.end - place.start
        guard count == other.end - other.start, let left = bytes.baseAddress, let right = scan.bytes.baseAddress else {
            return false
        }
        return memcmp(left + place.start, right + other.start, count) == 0
    }

    func name(at place: Place) -> TreeOrder.Name {
        TreeOrder.Name(bytes: UnsafeRawBufferPointer(rebasing: bytes[place.name]), isTree: place.isTree)
    }
}

/// Git's order of names in a tree: bytes, where a tree's name counts as if it ended with a slash.
enum TreeOrder {
    struct Name {
        var bytes: UnsafeRawBufferPointer
        var isTree: Bool

        /// What follows the first `count` bytes.
        func byte(after count: Int) -> UInt8 {
            count < bytes.count ? bytes[count] : isTree ? UInt8(ascii: "/") : 0
        }
    }

    /// Below zero where the first comes first, zero where both are equal.
    static func compare(_ left: Name, _ right: Name) -> Int {
        let common = min(left.bytes.count, right.bytes.count)
        if common > 0, let first = left.bytes.baseAddress, let second = right.bytes.baseAddress {
            let difference = memcmp(first, second, common)
            if difference != 0 { return Int(difference) }
        }
        let difference = Int(left.byte(after: common)) - Int(right.byte(after: common))
        // One name goes on with a slash, which no valid name does: the shorter comes first.
        return difference != 0 ? difference : left.bytes.count - right.bytes.count
    }
}
