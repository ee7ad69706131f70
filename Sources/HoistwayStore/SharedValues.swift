/// Values by the bytes that they are made of, so that each is made and kept in memory once.
///
/// Unlike in a dictionary, a look-up needs no copy of the bytes.
struct SharedValues<Value> {
    private struct Entry {
        var hash: Int
        /// Its place in ``SharedValues/bytes``.
        var place: Range<Int>
        var value: Value
    }

    /// Those of all entries, one after the other.
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// The numbers of entries, counted from 1, by the last bits of their hashes; 0: free.
    ///
    /// Their count is a power of two, and at least twice that of the entries.
    private var slots: [Int] = Array(repeating: 0, count: 64)

    /// - Parameter make: makes the value of bytes that are new.
    mutating func value(
        _ key: UnsafeRawBufferPointer,
        _ make: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        let hash = hasher.finalize()
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = slots[slot] - 1
            if entries[entry].hash == hash, isSame(entries[entry].place, key) { return entries[entry].value }
            slot = (slot + 1) & (slots.count - 1)
        }
        let value = try make(key)
        entries.append(Entry(hash: hash, place: bytes.count..<bytes.count + key.count, value: value))
        bytes.append(contentsOf: key)
        slots[slot] = entries.count
        if entries.count * 2 > slots.count { grow() }
        return value
    }

    private func isSame(_ place: Range<Int>, _ key: UnsafeRawBufferPointer) -> Bool {
        guard place.count == key.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            for index in key.indices where bytes[place.lowerBound + index] != key[index] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (number, entry) in entries.enumerated() {
            var slot = entry.hash & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = number + 1
        }
    }
}

extension SharedValues<String> {
    /// The text of these bytes.
    mutating func text(_ bytes: UnsafeRawBufferPointer) -> String {
        // Such a text needs no memory of its own.
        guard bytes.count > 15 else { return String(decoding: bytes, as: UTF8.self) }
        return value(bytes) { String(decoding: $0, as: UTF8.self) }
    }
}
