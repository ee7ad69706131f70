/// Additional data of a table of records, so that some records are found without a search through all.
package protocol RecordIndex<Key, Record>: Sendable {
    associatedtype Key: Hashable & Sendable
    associatedtype Record: Equatable & Sendable

    init()

    /// Updates the index for one change.
    ///
    /// - Parameters:
    ///   - old: the key's previous record; `nil`: there was none.
    ///   - new: the key's new record; `nil`: it is removed.
    mutating func replace(_ old: Record?, with new: Record?)
}

/// Records by key, with their index, which every change updates.
package struct RecordTable<Index: RecordIndex>: Sendable, Equatable {
    package typealias Key = Index.Key
    package typealias Record = Index.Record

    private var records = RecordMap<Key, Record>()
    package private(set) var index = Index()

    package init() {}

    package init(_ records: some Sequence<Record>, by key: (Record) -> Key) {
        for record in records { self[key(record)] = record }
    }

    /// - Parameter index: the index of all these records.
    init(_ records: RecordMap<Key, Record>, index: Index) {
        self.records = records
        self.index = index
    }

    package var count: Int { records.count }
    package var isEmpty: Bool { records.isEmpty }
    /// In no particular order.
    package var keys: some Collection<Key> & Sendable { records.keys }
    /// In no particular order.
    package var values: some Collection<Record> & Sendable { records.values }

    package subscript(key: Key) -> Record? {
        get { records[key] }
        set {
            index.replace(records[key], with: newValue)
            records[key] = newValue
        }
    }

    /// The index depends only on the records.
    package static func == (left: Self, right: Self) -> Bool { left.records == right.records }
}
