import HoistwayModel

/// One encoded entry of a pack; places are offsets from the pack's beginning.
struct PackEntry {
    enum Base: Equatable {
        /// It is a whole object.
        case none(ObjectKind)
        /// The entry of that number, which is earlier in the pack.
        case entry(Int)
        case named(ObjectID)
    }

    var start: Int
    /// Of the compressed stream.
    var content: Int
    var end: Int
    /// The entry's own value for its uncompressed size, in bytes; for a delta, not that of its result.
    var size: Int
    var base: Base
}

/// Reads the entries of a pack one by one: <https://git-scm.com/docs/gitformat-pack>.
struct PackScan {
    private static let trailer = 20

    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 12
    /// Where entries begin, in order.
    private var starts: [Int] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// How many objects the header announces.
    func count() throws(PackError) -> Int {
        guard bytes.count >= 32 else { throw .truncated }
        guard bytes.prefix(4).elementsEqual("PACK".utf8) else { throw .malformed("no signature") }
        guard bytes[4..<8].elementsEqual([0, 0, 0, 2]) else { throw .malformed("not version 2") }
        let count = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
        // An entry takes at least nine bytes: one of header and an empty zlib stream.
        guard count <= bytes.count / 9 else { throw .truncated }
        return count
    }

    /// The next entry, before its content is inflated; its end is not known yet.
    mutating func next() throws(PackError) -> PackEntry {
        let start = position
        let (type, size) = try readHeader()
        let base: PackEntry.Base
        switch type {
        case 6: base = .entry(try entry(at: start - readOffset()))
        case 7:
            guard let id = ObjectID(bytes: try take(20)) else { throw .truncated }
            base = .named(id)
        default:
            guard let kind = ObjectKind(rawValue: type) else { throw .malformed("object type \(type)") }
            base = .none(kind)
        }
        starts.append(start)
        return PackEntry(start: start, content: position, end: position, size: size, base: base)
    }

    /// The compressed bytes from here on.
    var rest: Slice<UnsafeBufferPointer<UInt8>> { bytes[position..<max(position, bytes.count - Self.trailer)] }

    /// Continues after a compressed stream of that length.
    mutating func skip(_ count: Int) { position += count }

    func checkEnd() throws(PackError) {
        guard position == bytes.count - Self.trailer else { throw .malformed("it goes on after its last object") }
    }

    private func entry(at start: Int) throws(PackError) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < start { low = middle + 1 } else { high = middle }
        }
        guard low < starts.count, starts[low] == start else {
            throw .malformed("a delta's base is not an object before it")
        }
        return low
    }

    private mutating func readHeader() throws(PackError) -> (type: UInt8, size: Int) {
        var byte = try next8()
        let type = byte >> 4 & 7
        var size = Int(byte & 15)
        var shift = 4
        while byte & 0x80 != 0 {
            guard shift <= 46 else { throw .malformed("a size") }
            byte = try next8()
            size |= Int(byte & 0x7F) << shift
            shift += 7
        }
        return (type, size)
    }

    private mutating func readOffset() throws(PackError) -> Int {
        var byte = try next8()
        var offset = Int(byte & 0x7F)
        while byte & 0x80 != 0 {
            guard offset < 1 << 40 else { throw .malformed("an offset") }
            byte = try next8()
            offset = (offset + 1) << 7 | Int(byte & 0x7F)
        }
        return offset
    }

    private mutating func take(_ count: Int) throws(PackError) -> Slice<UnsafeBufferPointer<UInt8>> {
        guard position + count <= bytes.count - Self.trailer else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func next8() throws(PackError) -> UInt8 {
        guard position < bytes.count - Self.trailer else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }
}
