import HashTreeCollections

/// Records by key: copies are cheap, and a change copies only the path to its record.
///
/// Each record is held by reference, since the nodes of the tree contain their values inline and are copied at a
/// change.
package struct RecordMap<Key: Hashable & Sendable, Record: Equatable & Sendable>: Sendable {
    final class Held: Sendable {
        let record: Record

        init(_ record: Record) { self.record = record }
    }

    private var held: TreeDictionary<Key, Held> = [:]

    package init() {}

    package init(_ records: some Sequence<Record>, by key: (Record) -> Key) {
        for record in records { self[key(record)] = record }
    }

    package var count: Int { held.count }
    package var isEmpty: Bool { held.isEmpty }

    package subscript(key: Key) -> Record? {
        get {
            VisitCounter.note()
            return held[key]?.record
        }
        set { held[key] = newValue.map(Held.init) }
    }

    /// Puts a record that is held already.
    mutating func put(_ record: Held, for key: Key) { held[key] = record }

    /// In no particular order.
    package var keys: some Collection<Key> & Sendable {
        VisitCounter.note(count)
        return held.keys
    }

    /// In no particular order.
    package var values: some Collection<Record> & Sendable { Values(held: held) }

    private struct Values: Collection, Sendable {
        let held: TreeDictionary<Key, Held>

        var startIndex: TreeDictionary<Key, Held>.Index { held.startIndex }
        var endIndex: TreeDictionary<Key, Held>.Index { held.endIndex }
        var count: Int { held.count }

        func index(after index: TreeDictionary<Key, Held>.Index) -> TreeDictionary<Key, Held>.Index {
            held.index(after: index)
        }

        subscript(index: TreeDictionary<Key, Held>.Index) -> Record {
            VisitCounter.note()
            return held[index].value.record
        }

        func makeIterator() -> AnyIterator<Record> {
            var rest = held.makeIterator()
            return AnyIterator {
                guard let next = rest.next() else { return nil }
                VisitCounter.note()
                return next.value.record
            }
        }
    }
}

extension RecordMap: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count
            && left.held.allSatisfy { key, held in
                guard let other = right.held[key] else { return false }
                return held === other || held.record == other.record
            }
    }
}
