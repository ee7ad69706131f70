import Glibc

/// Reads a tree's entries one by one.
struct TreeScan {
    /// The position of one entry.
    struct Place: Equatable {
        var start: Int
        var name: Range<Int>
        var end: Int
        var isTree: Bool

        /// Length of an id, in bytes.
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
        // A mode has five or six digits; then come a space, a name of at least a byte, a zero and the id.
        guard let base = bytes.baseAddress, bytes.count - start >= 8 + Place.idCount else {
            throw TreeBytes.Malformed()
        }
        let digits = bytes[start + 5] == UInt8(ascii: " ") ? 5 : 6
        for index in start..<start + digits {
            // Covers bytes below "0" and above "7": the difference is then 8 or more.
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

/// Git's order of names in a tree: by bytes, where a folder's name counts as if it ended with a slash.
enum TreeOrder {
    struct Name {
        var bytes: UnsafeRawBufferPointer
        var isTree: Bool

        /// The byte after the first `count` bytes.
        func byte(after count: Int) -> UInt8 {
            count < bytes.count ? bytes[count] : isTree ? UInt8(ascii: "/") : 0
        }
    }

    /// Below zero where the first name is earlier, zero where both are equal.
    static func compare(_ left: Name, _ right: Name) -> Int {
        let common = min(left.bytes.count, right.bytes.count)
        if common > 0, let first = left.bytes.baseAddress, let second = right.bytes.baseAddress {
            let difference = memcmp(first, second, common)
            if difference != 0 { return Int(difference) }
        }
        let difference = Int(left.byte(after: common)) - Int(right.byte(after: common))
        // The rest of one name begins with a slash, which no valid name has: the shorter name is first.
        return difference != 0 ? difference : left.bytes.count - right.bytes.count
    }
}
