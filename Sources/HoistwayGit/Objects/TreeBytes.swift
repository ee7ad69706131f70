import HoistwayModel
import HoistwayPorts

/// A tree object's content: entries of mode, name and id, in Git's order.
///
/// Wide folders have tens of thousands of entries, so that looking up and editing work on the bytes: what is not
/// touched is neither decoded nor changed, names that are not UTF-8 and old file modes included.
struct TreeBytes: Sendable {
    let bytes: [UInt8]

    struct Malformed: Error {}

    /// All entries.
    ///
    /// Names that are not UTF-8 have replacement characters.
    func entries() throws(Malformed) -> [TreeEntry] {
        var result: [TreeEntry] = []
        result.reserveCapacity(bytes.count / 36)
        try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            while let place = try scan.next() { result.append(try Self.entry(at: place, in: buffer)) }
        }
        return result
    }

    /// The entry of that name.
    func entry(named name: String) throws(Malformed) -> TreeEntry? {
        let wanted = Array(name.utf8)
        return try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            while let place = try scan.next() {
                if scan.isName(wanted, at: place) { return try Self.entry(at: place, in: buffer) }
            }
            return nil
        }
    }

    /// The entries whose ids are asked for; the others are not decoded.
    ///
    /// `marks` has all of these ids, and rules out most others without a look at more than two bytes.
    func entries(among marks: ObjectIDMarks, where isWanted: (ObjectID) -> Bool) throws(Malformed) -> [TreeEntry] {
        var result: [TreeEntry] = []
        try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            while let place = try scan.next() {
                let first = place.id.lowerBound
                guard marks.mayHold(buffer[first], buffer[first + 1]),
                    isWanted(try Self.id(at: place, in: buffer))
                else { continue }
                result.append(try Self.entry(at: place, in: buffer))
            }
        }
        return result
    }

    /// This tree with some names set or, where the value is `nil`, removed.
    func editing(_ changes: [String: TreeEntry?]) throws(Malformed) -> TreeBytes {
        if let replaced = try replacing(changes) { return replaced }
        let touched = NameSet(changes.keys)
        let additions = changes.values.compactMap { $0 }.map(TreeAddition.init).sorted()
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + additions.reduce(0) { $0 + $1.bytes.count })
        try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            var next = additions[...]
            var kept = 0
            while let place = try scan.next() {
                while let addition = next.first, addition.precedes(scan.name(at: place)) {
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

    /// The same where files only get other content, which is what promotions do: then only ids change, in place.
    ///
    /// `nil` where there is more to do.
    private func replacing(_ changes: [String: TreeEntry?]) throws(Malformed) -> TreeBytes? {
        let additions = changes.values.compactMap { $0 }.map(TreeAddition.init)
        guard additions.count == changes.count, additions.count <= 4 else { return nil }
        var places = [TreeScan.Place?](repeating: nil, count: additions.count)
        let isPlain = try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            while let place = try scan.next() {
                for (index, addition) in additions.enumerated() where scan.isName(addition.name, at: place) {
                    let isSameMode = addition.bytes.prefix(addition.bytes.count - TreeScan.Place.idCount)
                        .elementsEqual(buffer[place.start..<place.id.lowerBound])
                    guard isSameMode, places[index] == nil else { return false }
                    places[index] = place
                }
            }
            return true
        }
        guard isPlain else { return nil }
        var result = bytes
        for (place, addition) in zip(places, additions) {
            guard let place else { return nil }
            result.replaceSubrange(place.id, with: addition.bytes.suffix(TreeScan.Place.idCount))
        }
        return TreeBytes(bytes: result)
    }

    /// A delta that makes this tree out of `base`: whole entries are copied or inserted.
    func delta(from base: TreeBytes) throws(Malformed) -> [UInt8] {
        if let short = DeltaBuilder.aroundOneChange(from: base.bytes, to: bytes) { return short }
        var builder = DeltaBuilder(baseSize: base.bytes.count, targetSize: bytes.count)
        try base.withRaw { (old) throws(Malformed) in
            try withRaw { (new) throws(Malformed) in
                var oldScan = TreeScan(old)
                var newScan = TreeScan(new)
                var theirs = try oldScan.next()
                while let ours = try newScan.next() {
                    // Nearly always the same entry stands here in both: looked at first, as comparing names takes longer.
                    while let place = theirs, !oldScan.isEqual(place, to: ours, of: newScan),
                        TreeOrder.compare(oldScan.name(at: place), newScan.name(at: ours)) < 0
                    {
                        theirs = try oldScan.next()
                    }
                    if let place = theirs, oldScan.isEqual(place, to: ours, of: newScan) {
                        builder.copy(place.start..<place.end)
                        theirs = try oldScan.next()
                    } else {
                        builder.insert(new[ours.start..<ours.end])
                    }
                }
            }
        }
        return builder.finish()
    }

    /// `Array.withUnsafeBytes` knows no typed errors.
    private func withRaw<Value>(
        _ body: (UnsafeRawBufferPointer) throws(Malformed) -> Value
    ) throws(Malformed) -> Value {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Malformed) in try body(UnsafeRawBufferPointer(buffer)) }
    }

    private static func entry(
        at place: TreeScan.Place,
        in buffer: UnsafeRawBufferPointer
    ) throws(Malformed) -> TreeEntry {
        var number: UInt32 = 0
        for digit in buffer[place.start..<place.name.lowerBound - 1] {
            number = number << 3 | UInt32(digit - UInt8(ascii: "0"))
        }
        let name = String(decoding: buffer[place.name], as: UTF8.self)
        return TreeEntry(name: name, mode: try mode(number), id: try id(at: place, in: buffer))
    }

    private static func id(
        at place: TreeScan.Place,
        in buffer: UnsafeRawBufferPointer
    ) throws(Malformed) -> ObjectID {
        guard let id = ObjectID(raw: UnsafeRawBufferPointer(rebasing: buffer[place.id])) else { throw Malformed() }
        return id
    }

    /// Git's first versions wrote group-writable files; they are plain files still.
    private static func mode(_ number: UInt32) throws(Malformed) -> FileMode {
        if let mode = FileMode(rawValue: number) { return mode }
        guard number & 0o170000 == 0o100000 else { throw Malformed() }
        return number & 0o100 == 0 ? .file : .executable
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

    func precedes(_ other: TreeOrder.Name) -> Bool {
        name.withUnsafeBytes { TreeOrder.compare(TreeOrder.Name(bytes: $0, isTree: isTree), other) < 0 }
    }

    static func < (left: TreeAddition, right: TreeAddition) -> Bool {
        right.name.withUnsafeBytes { left.precedes(TreeOrder.Name(bytes: $0, isTree: right.isTree)) }
    }
}

/// Some names, quick to look up by bytes without making a string of each entry's name.
private struct NameSet {
    private var names: Set<[UInt8]> = []
    /// By length and last byte, which rule out most of a folder's names.
    private var marks = [Bool](repeating: false, count: 4096)

    init(_ names: some Collection<String>) {
        for name in names {
            let bytes = Array(name.utf8)
            self.names.insert(bytes)
            marks[Self.mark(count: bytes.count, last: bytes.last)] = true
        }
    }

    func contains(_ name: Slice<UnsafeRawBufferPointer>) -> Bool {
        marks[Self.mark(count: name.count, last: name.last)] && names.contains(Array(name))
    }

    private static func mark(count: Int, last: UInt8?) -> Int {
        (count & 15) << 8 | Int(last ?? 0)
    }
}
