/// What a table of records knows beside them, so that nobody goes through all of them to find some.
package protocol RecordIndex<Key, Record>: Sendable {
    associatedtype Key: Hashable & Sendable
    associatedtype Record: Equatable & Sendable

    init()

    /// Takes note of one change.
    ///
    /// - Parameters:
    ///   - old: what the key had until now; `nil`: nothing.
    ///   - new: what it has from now on; `nil`: nothing.
    mutating func replace(_ old: Record?, with new: Record?)
}

/// Records by key with their index, which every change of a record keeps.
package struct RecordTable<Index: RecordIndex>: Sendable, Equatable {
    package typealias Key = Index.Key
    package typealias Record = Index.Record

    private var records = RecordMap<Key, Record>()
    package private(set) var index = Index()

    package init() {}

    package init(_ records: some Sequence<Record>, by key: (Record) -> Key) {
        for record in records { self[key(record)] = record }
    }

    /// - Parameter index: of all these records.
    init(_ records: RecordMap<Key, Record>, index: Index) {
        self.records = records
        self.index = index
    }

    package var count: Int { records.count }
    package var isEmpty: Bool { records.isEmpty }
    /// In no order.
    package var keys: some Collection<Key> & Sendable { records.keys }
    /// In no order.
    package var values: some Collection<Record> & Sendable { records.values }

    package subscript(key: Key) -> Record? {
        get { records[key] }
        set {
            index.replace(records[key], with: newValue)
            records[key] = newValue
        }
    }

    /// The index follows from the records.
    package static func == (left: Self, right: Self) -> Bool { left.records == right.records }
}
