import HoistwayModel
import HoistwayPorts

/// A tree object's content: entries of mode, name and id, in Git's order.
///
/// Wide folders have tens of thousands of entries, so search and changes work on the bytes: unchanged entries are
/// neither decoded nor rewritten, including names that are not UTF-8 and old file modes.
struct TreeBytes: Sendable {
    let bytes: [UInt8]

    struct Malformed: Error {
        var reason = "it is not a list of modes, names and ids"
    }

    /// All entries.
    func entries() throws(Malformed) -> [TreeEntry] {
        var result: [TreeEntry] = []
        result.reserveCapacity(bytes.count / 36)
        try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            var before: TreeScan.Place?
            while let place = try scan.next() {
                let entry = try Self.entry(at: place, in: buffer)
                if let before, TreeOrder.compare(scan.name(at: before), scan.name(at: place)) >= 0 {
                    throw Malformed(reason: "\(entry.name.shortened) stands there twice, or not in Git's order")
                }
                result.append(entry)
                before = place
            }
        }
        return result
    }

    /// The entry of that name.
    func entry(named name: GitPath) throws(Malformed) -> TreeEntry? {
        let wanted = name.bytes
        return try withRaw { (buffer) throws(Malformed) in
            var scan = TreeScan(buffer)
            while let place = try scan.next() {
                if scan.isName(wanted, at: place) { return try Self.entry(at: place, in: buffer) }
            }
            return nil
        }
    }

    /// The entries with the wanted ids; the others are not decoded.
    ///
    /// `marks` has all of these ids; two bytes are enough to rule out most others.
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
    func editing(_ changes: [GitPath: TreeEntry?]) throws(Malformed) -> TreeBytes {
        if let replaced = try replacing(changes) { return replaced }
        let touched = NameSet(changes.keys)
        var seen: Set<GitPath> = []
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
                    let name = GitPath(bytes: buffer[place.name])
                    guard seen.insert(name).inserted || changes[name] == .some(nil) else {
                        throw Malformed(reason: "\(name.shortened) stands there twice")
                    }
                    result.append(contentsOf: buffer[kept..<place.start])
                    kept = place.end
                }
            }
            result.append(contentsOf: buffer[kept...])
            for addition in next { result.append(contentsOf: addition.bytes) }
        }
        return TreeBytes(bytes: result)
    }

    /// The same where files only get new content, as in most promotions: then only ids change, in place.
    ///
    /// `nil` where more than that changes.
    private func replacing(_ changes: [GitPath: TreeEntry?]) throws(Malformed) -> TreeBytes? {
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

    /// A problem because of which the tree must not be written again; `nil`: there is none.
    func problem() throws(Malformed) -> TreeCheck.Problem? {
        try withRaw { (buffer) throws(Malformed) in try TreeCheck.problem(in: buffer) }
    }

    /// The names whose entries differ in `new`.
    ///
    /// Only differing entries are decoded. For a tree that is not in Git's order the result is right too, but slower.
    func differences(to new: TreeBytes) throws(Malformed) -> [TreeDifference] {
        var found: [GitPath: TreeDifference] = [:]
        try withRaw { (before) throws(Malformed) in
            try new.withRaw { (after) throws(Malformed) in
                var oldScan = TreeScan(before)
                var newScan = TreeScan(after)
                var old = try oldScan.next()
                var fresh = try newScan.next()
                while old != nil || fresh != nil {
                    if let left = old, let right = fresh, oldScan.isEqual(left, to: right, of: newScan) {
                        old = try oldScan.next()
                        fresh = try newScan.next()
                        continue
                    }
                    let order = Self.order(old.map { oldScan.name(at: $0) }, fresh.map { newScan.name(at: $0) })
                    if let left = old, order <= 0 {
                        let entry = try Self.entry(at: left, in: before)
                        try Self.note(entry, as: \.old, in: &found)
                        old = try oldScan.next()
                    }
                    if let right = fresh, order >= 0 {
                        let entry = try Self.entry(at: right, in: after)
                        try Self.note(entry, as: \.new, in: &found)
                        fresh = try newScan.next()
                    }
                }
            }
        }
        return found.values.filter { $0.old != $0.new }.sorted { $0.name < $1.name }
    }

    /// Absent names are last.
    private static func order(_ left: TreeOrder.Name?, _ right: TreeOrder.Name?) -> Int {
        guard let left else { return 1 }
        guard let right else { return -1 }
        return TreeOrder.compare(left, right)
    }

    private static func note(
        _ entry: TreeEntry,
        as side: WritableKeyPath<TreeDifference, TreeEntry?>,
        in found: inout [GitPath: TreeDifference]
    ) throws(Malformed) {
        var difference = found[entry.name] ?? TreeDifference(name: entry.name, old: nil, new: nil)
        guard difference[keyPath: side] == nil else {
            throw Malformed(reason: "\(entry.name.shortened) stands there twice")
        }
        difference[keyPath: side] = entry
        found[entry.name] = difference
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
                    // Nearly always both have the same entry here: this is checked first, as comparing names takes
                    // longer.
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

    /// Needed because `Array.withUnsafeBytes` has no typed errors.
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
        let name = UnsafeRawBufferPointer(rebasing: buffer[place.name])
        return TreeEntry(name: GitPath(bytes: name), mode: try mode(number), id: try id(at: place, in: buffer))
    }

    private static func id(
        at place: TreeScan.Place,
        in buffer: UnsafeRawBufferPointer
    ) throws(Malformed) -> ObjectID {
        guard let id = ObjectID(raw: UnsafeRawBufferPointer(rebasing: buffer[place.id])) else { throw Malformed() }
        return id
    }

    /// Git's first versions wrote group-writable files; they are plain files here.
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
        name = entry.name.bytes
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

/// A set of names with a fast look-up by bytes, without a string for each entry's name.
private struct NameSet {
    private var names: Set<[UInt8]> = []
    /// By length and last byte, which rule out most of a folder's names.
    private var marks = [Bool](repeating: false, count: 4096)

    init(_ names: some Collection<GitPath>) {
        for name in names {
            let bytes = name.bytes
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
