/// Git's delta format: copies of ranges of a base object, and new bytes between them.
enum PackDelta {
    /// The sizes of its base and of its result in a delta's header, in bytes.
    static func sizes(_ delta: [UInt8]) throws(PackError) -> (base: Int, result: Int) {
        var reader = DeltaReader(bytes: delta)
        return (try reader.size(), try reader.size())
    }

    /// Builds the object that a delta describes; `limit` bounds its size in bytes.
    static func apply(_ delta: [UInt8], to base: [UInt8], limit: Int) throws(PackError) -> [UInt8] {
        var reader = DeltaReader(bytes: delta)
        guard try reader.size() == base.count else { throw .malformed("a delta for another base") }
        let size = try reader.size()
        guard size <= limit else { throw .tooLarge }
        var result: [UInt8] = []
        result.reserveCapacity(size)
        while let step = try reader.step() {
            switch step {
            case .copy(let start, let count):
                guard start + count <= base.count, result.count + count <= size else {
                    throw .malformed("a delta that leaves its base")
                }
                result.append(contentsOf: base[start..<start + count])
            case .insert(let range):
                guard result.count + range.count <= size else { throw .malformed("a delta that is too long") }
                result.append(contentsOf: delta[range])
            }
        }
        guard result.count == size else { throw .malformed("a delta that is too short") }
        return result
    }
}

/// Writes a delta step by step.
struct DeltaBuilder {
    private(set) var bytes: [UInt8] = []
    private var copyStart = 0
    private var copyCount = 0
    private var inserts: [UInt8] = []

    init(baseSize: Int, targetSize: Int) {
        appendSize(baseSize)
        appendSize(targetSize)
    }

    /// Copies bytes of the base; neighbouring copies become one.
    mutating func copy(_ range: Range<Int>) {
        flushInserts()
        if copyCount > 0, copyStart + copyCount == range.lowerBound {
            copyCount += range.count
            return
        }
        flushCopy()
        copyStart = range.lowerBound
        copyCount = range.count
    }

    mutating func insert(_ new: some Collection<UInt8>) {
        flushCopy()
        inserts.append(contentsOf: new)
    }

    mutating func finish() -> [UInt8] {
        flushCopy()
        flushInserts()
        return bytes
    }

    /// The delta where all changes are close together: a copy before them and one after.
    ///
    /// `nil` where more than this many bytes would be inserted.
    static func aroundOneChange(from base: [UInt8], to target: [UInt8], limit: Int = 4096) -> [UInt8]? {
        let same = min(base.count, target.count)
        let before = CommonBytes.prefix(base, target, atMost: same)
        let behind = CommonBytes.suffix(base, target, atMost: same - before)
        let changed = target[before..<target.count - behind]
        guard changed.count <= limit else { return nil }
        var builder = DeltaBuilder(baseSize: base.count, targetSize: target.count)
        if before > 0 { builder.copy(0..<before) }
        if !changed.isEmpty { builder.insert(changed) }
        if behind > 0 { builder.copy(base.count - behind..<base.count) }
        return builder.finish()
    }

    private mutating func flushCopy() {
        // A copy's size has three bytes, its offset four.
        while copyCount > 0 {
            let count = min(copyCount, 0xFF_FFFF)
            appendCopy(start: copyStart, count: count)
            copyStart += count
            copyCount -= count
        }
    }

    private mutating func appendCopy(start: Int, count: Int) {
        let place = bytes.count
        var flags: UInt8 = 0x80
        bytes.append(0)
        for index in 0..<4 where start >> (8 * index) & 0xFF != 0 {
            flags |= 1 << UInt8(index)
            bytes.append(UInt8(start >> (8 * index) & 0xFF))
        }
        // 0x10000 is written without a size byte.
        if count != 0x10000 {
            for index in 0..<3 where count >> (8 * index) & 0xFF != 0 {
                flags |= 0x10 << UInt8(index)
                bytes.append(UInt8(count >> (8 * index) & 0xFF))
            }
        }
        bytes[place] = flags
    }

    private mutating func flushInserts() {
        var rest = inserts[...]
        while !rest.isEmpty {
            let piece = rest.prefix(127)
            bytes.append(UInt8(piece.count))
            bytes.append(contentsOf: piece)
            rest = rest.dropFirst(127)
        }
        inserts.removeAll()
    }

    private mutating func appendSize(_ size: Int) {
        var rest = size
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Takes a delta apart.
private struct DeltaReader {
    enum Step {
        case copy(start: Int, count: Int)
        case insert(Range<Int>)
    }

    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func size() throws(PackError) -> Int {
        var size = 0
        for shift in stride(from: 0, through: 49, by: 7) {
            let byte = try next()
            size |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return size }
        }
        throw .malformed("a delta's size")
    }

    mutating func step() throws(PackError) -> Step? {
        guard position < bytes.count else { return nil }
        let flags = try next()
        if flags & 0x80 != 0 { return try copyStep(flags) }
        guard flags != 0, position + Int(flags) <= bytes.count else { throw .malformed("a delta's insertion") }
        defer { position += Int(flags) }
        return .insert(position..<position + Int(flags))
    }

    private mutating func copyStep(_ flags: UInt8) throws(PackError) -> Step {
        var start = 0
        var count = 0
        for index in 0..<4 where flags & 1 << UInt8(index) != 0 { start |= Int(try next()) << (8 * index) }
        for index in 0..<3 where flags & 0x10 << UInt8(index) != 0 { count |= Int(try next()) << (8 * index) }
        return .copy(start: start, count: count == 0 ? 0x10000 : count)
    }

    private mutating func next() throws(PackError) -> UInt8 {
        guard position < bytes.count else { throw .malformed("a delta that ends too early") }
        defer { position += 1 }
        return bytes[position]
    }
}
