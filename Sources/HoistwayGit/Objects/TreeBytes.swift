import HoistwayModel
import HoistwayPorts

/// A tree object's content: entries of mode, name and id, in Git's order.
///
/// Wide folders have tens of thousands of entries, so that looking up and editing work on the bytes: what is not
/// touched is neither decoded nor changed, names that are not UTF-8 and old file modes included.
struct TreeBytes: Sendable {
    let bytes: [UInt8]

    struct Malformed: Error {}

    /// Where one entry lies.
    struct Place {
        var start: Int
        var name: Range<Int>
        var end: Int
        var isTree: Bool
    }

    /// All entries.
    ///
    /// Names that are not UTF-8 have replacement characters.
    func entries() throws(Malformed) -> [TreeEntry] {
        var result: [TreeEntry] = []
        result.reserveCapacity(bytes.count / 36)
        try bytes.withUnsafeBufferPointer { (buffer) throws(Malformed) in
            var scan = TreeScan(bytes: buffer)
            while let place = try scan.next() { result.append(try Self.entry(at: place, in: buffer)) }
        }
        return result
    }

    /// The entry of that name.
    func entry(named name: String) throws(Malformed) -> TreeEntry? {
        let wanted = Array(name.utf8)
        return try bytes.withUnsafeBufferPointer { (buffer) throws(Malformed) in
            var scan = TreeScan(bytes: buffer)
            while let place = try scan.next() {
                guard place.name.count == wanted.count, buffer[place.name].elementsEqual(wanted) else { continue }
                return try Self.entry(at: place, in: buffer)
            }
            return nil
        }
    }

    /// The entries whose ids are asked for; the others are not decoded.
    func entries(where isWanted: (ObjectID) -> Bool) throws(Malformed) -> [TreeEntry] {
        var result: [TreeEntry] = []
        try bytes.withUnsafeBufferPointer { (buffer) throws(Malformed) in
            var scan = TreeScan(bytes: buffer)
            while let place = try scan.next() {
                guard isWanted(try Self.id(at: place, in: buffer)) else { continue }
                result.append(try Self.entry(at: place, in: buffer))
            }
        }
        return result
    }

    /// This tree with some names set or, where the value is `nil`, removed.
    func editing(_ changes: [String: TreeEntry?]) throws(Malformed) -> TreeBytes {
        let touched = NameSet(changes.keys)
        let additions = changes.values.compactMap { $0 }.map(TreeAddition.init).sorted()
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + additions.reduce(0) { $0 + $1.bytes.count })
        try bytes.withUnsafeBufferPointer { (buffer) throws(Malformed) in
            var scan = TreeScan(bytes: buffer)
            var next = additions[...]
            var kept = 0
            while let place = try scan.next() {
                while let addition = next.first, addition.precedes(buffer[place.name], isTree: place.isTree) {
                    result.append(contentsOf: buffer[kept..<place.start])
                    kept = place.start
                    result.append(contentsOf: addition.bytes)
                    next = next.dropFirst()
                }
                if touched.contains(buffer[place.name]) {
                    result.append(contentsOf: buffer[kept..<place.start])
                    kept = place.end
                }
            }
            result.append(contentsOf: buffer[kept...])
            for addition in next { result.append(contentsOf: addition.bytes) }
        }
        return TreeBytes(bytes: result)
    }

    /// A delta that makes this tree out of `base`: whole entries are copied or inserted.
    func delta(from base: TreeBytes) throws(Malformed) -> [UInt8] {
        var builder = DeltaBuilder(baseSize: base.bytes.count, targetSize: bytes.count)
        try base.bytes.withUnsafeBufferPointer { (old) throws(Malformed) in
            try bytes.withUnsafeBufferPointer { (new) throws(Malformed) in
                var oldScan = TreeScan(bytes: old)
                var newScan = TreeScan(bytes: new)
                var theirs = try oldScan.next()
                while let ours = try newScan.next() {
                    while let place = theirs,
                        TreeOrder.compare(old[place.name], place.isTree, new[ours.name], ours.isTree) < 0
                    {
                        theirs = try oldScan.next()
                    }
                    if let place = theirs, old[place.start..<place.end].elementsEqual(new[ours.start..<ours.end]) {
                        builder.copy(place.start..<place.end)
                    } else {
                        builder.insert(new[ours.start..<ours.end])
                    }
                }
            }
        }
        return builder.finish()
    }

    private static func entry(
        at place: Place,
        in buffer: UnsafeBufferPointer<UInt8>
    ) throws(Malformed) -> TreeEntry {
        var number: UInt32 = 0
        for digit in buffer[place.start..<place.name.lowerBound - 1] {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "7") else { throw Malformed() }
            number = number << 3 | UInt32(digit - UInt8(ascii: "0"))
        }
        let name = String(decoding: buffer[place.name], as: UTF8.self)
        return TreeEntry(name: name, mode: try mode(number), id: try id(at: place, in: buffer))
    }

    private static func id(
        at place: Place,
        in buffer: UnsafeBufferPointer<UInt8>
    ) throws(Malformed) -> ObjectID {
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[place.end - 20..<place.end])
        guard let id = ObjectID(raw: bytes) else { throw Malformed() }
        return id
    }

    /// Git's first versions wrote group-writable files; they are plain files still.
    private static func mode(_ number: UInt32) throws(Malformed) -> FileMode {
        if let mode = FileMode(rawValue: number) { return mode }
        guard number & 0o170000 == 0o100000 else { throw Malformed() }
        return number & 0o100 == 0 ? .file : .executable
    }
}

/// Walks over a tree's entries.
struct TreeScan {
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func next() throws(TreeBytes.Malformed) -> TreeBytes.Place? {
        guard position < bytes.count else { return nil }
        let start = position
        var cursor = start
        while cursor < bytes.count, bytes[cursor] != UInt8(ascii: " ") { cursor += 1 }
        let nameStart = cursor + 1
        guard cursor - start >= 5, cursor - start <= 6, nameStart < bytes.count else { throw TreeBytes.Malformed() }
        cursor = nameStart
        while cursor < bytes.count, bytes[cursor] != 0 { cursor += 1 }
        guard cursor > nameStart, cursor + 21 <= bytes.count else { throw TreeBytes.Malformed() }
        position = cursor + 21
        // Only a tree's mode, 40000, begins with 4 (or 04 in trees of old programs).
        let isTree = bytes[start] == UInt8(ascii: "4") || bytes[start] == UInt8(ascii: "0")
        return TreeBytes.Place(start: start, name: nameStart..<cursor, end: position, isTree: isTree)
    }
}

/// Git's order of names in a tree: bytes, where a tree's name counts as if it ended with a slash.
enum TreeOrder {
    /// Below zero where the first comes first, zero where both are equal.
    static func compare(
        _ left: some Collection<UInt8>,
        _ leftIsTree: Bool,
        _ right: some Collection<UInt8>,
        _ rightIsTree: Bool
    ) -> Int {
        var first = left.makeIterator()
        var second = right.makeIterator()
        while true {
            let one = first.next()
            let two = second.next()
            if let one, let two {
                if one != two { return Int(one) - Int(two) }
                continue
            }
            if one == nil, two == nil { return (leftIsTree ? 1 : 0) - (rightIsTree ? 1 : 0) }
            let end: (Bool) -> Int = { $0 ? Int(UInt8(ascii: "/")) : 0 }
            let difference = (one.map(Int.init) ?? end(leftIsTree)) - (two.map(Int.init) ?? end(rightIsTree))
            if difference != 0 { return difference }
            // One name goes on with a slash, which no valid name does: the shorter comes first.
            return one == nil ? -1 : 1
        }
    }
}

/// A new entry, encoded.
private struct TreeAddition: Comparable {
    let name: [UInt8]
    let isTree: Bool
    let bytes: [UInt8]

    init(_ entry: TreeEntry) {
        name = Array(entry.name.utf8)
        isTree = entry.mode == .tree
        bytes = Array("\(String(entry.mode.rawValue, radix: 8)) ".utf8) + name + [0] + entry.id.bytes
    }

    func precedes(_ other: some Collection<UInt8>, isTree otherIsTree: Bool) -> Bool {
        TreeOrder.compare(name, isTree, other, otherIsTree) < 0
    }

    static func < (left: TreeAddition, right: TreeAddition) -> Bool {
        left.precedes(right.name, isTree: right.isTree)
    }
}

/// Some names, quick to look up by bytes without making a string of each entry's name.
private struct NameSet {
    private var names: Set<[UInt8]> = []
    private var marks = [Bool](repeating: false, count: 4096)

    init(_ names: some Collection<String>) {
        for name in names {
            let bytes = Array(name.utf8)
            self.names.insert(bytes)
            marks[Self.mark(bytes)] = true
        }
    }

    func contains(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        marks[Self.mark(name)] && names.contains(Array(name))
    }

    private static func mark(_ name: some Collection<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int((hash >> 12 ^ hash) & 4095)
    }
}
